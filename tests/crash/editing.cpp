// SPDX-License-Identifier: MIT
#include "tests/crash/editing.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <unistd.h>
#include <utility>

#include "core/error.hpp"
#include "core/journal/guarded_file.hpp"

namespace sheaf::crash {
namespace {

constexpr std::uint64_t most_commits = 10;     // of one child
constexpr std::uint64_t longest_history = 80;  // of one file

std::uint64_t last_number(const std::string& report, std::uint64_t before) {
  std::uint64_t number = before;
  const std::size_t whole = report.size() / sizeof number;
  if (whole > 0) std::memcpy(&number, &report[(whole - 1) * sizeof number], sizeof number);
  return number;
}

void keep_copy(const std::filesystem::path& file) {
  const auto over = std::filesystem::copy_options::overwrite_existing;
  const std::filesystem::path folder = file.parent_path() / "before";
  const std::filesystem::path journal = journal::journal_of(file);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::filesystem::copy_file(file, folder / file.filename(), over);
  if (std::filesystem::exists(journal)) {
    std::filesystem::copy_file(journal, folder / journal.filename(), over);
  }
}

}  // namespace

Editing::Editing(std::string kind, std::filesystem::path folder, std::uint64_t seed, Counts& counts)
    : kind_(std::move(kind)), root_(std::move(folder)), random_(seed), counts_(counts) {}

Editing::~Editing() {
  std::error_code ignored;
  if (model_) std::filesystem::remove_all(folder_, ignored);
}

void Editing::begin_file() {
  seed_ = random_.next() >> 16U;
  folder_ = root_ / (kind_ + "-" + std::to_string(seed_));
  std::filesystem::create_directories(folder_);
  model_ = make_model(kind_, seed_);
}

void Editing::round() {
  if (!model_) begin_file();
  const std::uint64_t reported = run_child();
  if (!model_) return;
  if (!std::filesystem::exists(file())) {
    if (reported > 0) return lose("the file is gone", reported);
    ++counts_.never_committed;
    return;
  }
  const bool is_compared = random_.chance(40);
  if (is_compared) compare(reported, "beside its journal");
  if (!model_) return;
  if (is_compared && random_.chance(50)) {
    ++counts_.left_to_writer;  // the child that goes on recovers it
  } else {
    recover();
    if (model_) compare(std::max(reported, model_->number()), "after its recovery");
  }
  if (model_ && (model_->number() > longest_history || random_.chance(25))) {
    model_.reset();
    std::filesystem::remove_all(folder_);
  }
}

std::uint64_t Editing::run_child() {
  const std::uint64_t before = model_->number();
  const std::uint64_t commits = 1 + random_.below(most_commits);
  Child child([&](int report) {
    model_->edit(file(), commits, [report](std::uint64_t number) {
      if (::write(report, &number, sizeof number) != sizeof number) ::_exit(3);
    });
    return 0;
  });
  const double share = random_.fraction() * 1.05;
  const bool is_killed = child.kill_after(a_commit_ * (share * static_cast<double>(commits)));
  const std::uint64_t reported = last_number(child.report(), before);
  counts_.commits += reported - before;
  ++(is_killed ? counts_.kills : counts_.ended);
  if (reported > before) {
    const Seconds each = child.lived() / static_cast<double>(reported - before);
    a_commit_ = a_commit_ * 0.9 + each * 0.1;
  }
  if (!is_killed && !child.is_well()) lose("the child failed", reported);
  return reported;
}

// Recoveries are killed too, some of them twice.
void Editing::kill_recovery() {
  while (model_ && random_.chance(40)) {
    Child child([&](int) {
      journal::recover(file());
      return 0;
    });
    const bool is_killed = child.kill_after(a_recovery_ * (random_.fraction() * 1.5));
    if (is_killed) ++counts_.recovery_kills;
    if (!is_killed) a_recovery_ = a_recovery_ * 0.9 + child.lived() * 0.1;
    if (!is_killed && !child.is_well()) lose("the recovery failed", model_->number());
  }
}

void Editing::recover() {
  keep_copy(file());
  kill_recovery();
  if (!model_) return;
  try {
    const journal::Recovery recovery = journal::recover(file());
    if (recovery.blocks > 0) {
      ++counts_.applied;
    } else {
      ++(recovery.cut > 0 ? counts_.cut : counts_.nothing);
    }
    if (std::filesystem::exists(journal::journal_of(file()))) {
      lose("the journal is still there", model_->number());
    }
  } catch (const Error& error) {
    lose(std::string("the recovery failed: ") + error.what(), model_->number());
  }
}

void Editing::compare(std::uint64_t reported, const char* when) {
  while (model_->number() < reported) model_->advance();
  try {
    const std::string text = model_->number() > 0 ? model_->difference(file()) : "not committed";
    if (text.empty()) return;
    const std::unique_ptr<Model> next = model_->copy();
    next->advance();
    const std::string next_text = next->difference(file());
    if (next_text.empty()) {
      ++counts_.in_flight;
      model_ = next->copy();
      return;
    }
    lose(std::string(when) + ": " + text + "; or, one commit later: " + next_text, reported);
  } catch (const Error& error) {
    lose(std::string(when) + ": " + error.what(), reported);
  }
}

void Editing::lose(const std::string& what, std::uint64_t reported) {
  if (!model_) return;
  ++counts_.losses;
  std::printf(
      "LOSS   %s, seed %llu, after commit %llu: %s\n       sheaf_crash check %s %s %llu %llu\n",
      kind_.c_str(), static_cast<unsigned long long>(seed_),
      static_cast<unsigned long long>(reported), what.c_str(), kind_.c_str(), folder_.c_str(),
      static_cast<unsigned long long>(seed_), static_cast<unsigned long long>(reported));
  std::fflush(stdout);
  model_.reset();
}

}  // namespace sheaf::crash
