// SPDX-License-Identifier: MIT
#include "core/array/random/shuffled.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/select.hpp"

namespace sheaf::np::random {
namespace {

using WithinBin = std::uint32_t;

constexpr std::int64_t few_rows = 1 << 12;                  // are gathered faster
constexpr std::size_t bin_bytes = std::size_t{4} << 20U;    // lie in a cache while they are sorted
constexpr std::size_t write_bytes = std::size_t{16} << 10;  // of one write to the file, or more

// Sizes that keep all threads together within max_memory: a quarter for a block of the base, a
// quarter for what is on its way to the bins; later half for a bin and its rows in order.
struct Plan {
  std::int64_t rows = 0;
  std::size_t row_bytes = 0;
  unsigned threads = 1;
  std::int64_t block_rows = 1;  // of the base
  std::int64_t bin_rows = 0;    // none: bins are of no use
  std::int64_t bins = 0;
  std::int64_t room = 1;  // entries of one bin that a thread holds

  [[nodiscard]] std::size_t entry_bytes() const { return row_bytes + sizeof(WithinBin); }
};

std::int64_t whole_grains(std::int64_t rows, const Shape& grain) {
  const std::int64_t of_grain = grain.empty() ? 1 : std::max<std::int64_t>(grain.front(), 1);
  return rows < of_grain ? rows : rows / of_grain * of_grain;
}

Plan plan_for(const NodePtr& base, const NodePtr& to) {
  Plan plan;
  plan.rows = base->shape().front();
  if (base->dtype().is_string() || plan.rows <= few_rows || base->size() == 0) return plan;
  plan.row_bytes = static_cast<std::size_t>(base->size() / plan.rows) * base->dtype().size();
  plan.threads = budget_for({base}).threads;
  const std::size_t share = options().max_memory / plan.threads;
  if (plan.row_bytes > share / 64) return plan;  // a row is worth a read of its own
  const auto rows_in = [](std::size_t bytes, std::size_t of_one) {
    return static_cast<std::int64_t>(std::max<std::size_t>(bytes / of_one, 1));
  };
  // What the base needs for a block goes through all nodes below it.
  const std::int64_t row = base->size() / plan.rows;
  const std::int64_t fit = std::max<std::int64_t>(budget_for({base}).most_elements / 4 / row, 1);
  plan.block_rows = whole_grains(std::min(fit, rows_in(bin_bytes, plan.row_bytes)), base->grain());
  const std::int64_t most_bins = rows_in(share / 4, write_bytes);
  const std::int64_t wanted =
      std::max(rows_in(bin_bytes, plan.row_bytes), (plan.rows + most_bins - 1) / most_bins);
  const std::int64_t most = std::min(rows_in(share / 2, plan.entry_bytes() + plan.row_bytes),
                                     std::int64_t{std::numeric_limits<WithinBin>::max()});
  plan.bin_rows = whole_grains(std::min(wanted, most), to->grain());
  plan.bins = (plan.rows + plan.bin_rows - 1) / plan.bin_rows;
  plan.room = std::min(rows_in(share / 4 / static_cast<std::size_t>(plan.bins), plan.entry_bytes()),
                       plan.bin_rows);
  return plan;
}

// In the file: bins one behind the other, of entries in any order: place within the bin, row.
class Bins {
 public:
  explicit Bins(const Plan& plan)
      : plan_(plan), file_(TemporaryFile::create()), filled_(static_cast<std::size_t>(plan.bins)) {}

  [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
  void append(std::int64_t bin, const std::byte* entries, std::int64_t count) {
    const std::int64_t at = filled_[static_cast<std::size_t>(bin)].fetch_add(count);
    const auto size = static_cast<std::int64_t>(plan_.entry_bytes());
    file_->write((bin * plan_.bin_rows + at) * size, entries,
                 static_cast<std::size_t>(count * size));
  }
  // Rows of a full bin, in order; returns how many.
  [[nodiscard]] std::int64_t count(std::int64_t bin) const {
    return std::min(plan_.bin_rows, plan_.rows - bin * plan_.bin_rows);
  }
  void read(std::int64_t bin, Buffer& entries, std::byte* out) const {
    const std::size_t size = plan_.entry_bytes();
    const auto bytes = static_cast<std::size_t>(count(bin)) * size;
    entries.reset(uint8, static_cast<std::int64_t>(bytes));
    file_->read(bin * plan_.bin_rows * static_cast<std::int64_t>(size), entries.bytes(), bytes);
    for (const std::byte* entry = entries.bytes(); entry != entries.bytes() + bytes;
         entry += size) {
      WithinBin place = 0;
      std::memcpy(&place, entry, sizeof(place));
      std::memcpy(out + place * plan_.row_bytes, entry + sizeof(place), plan_.row_bytes);
    }
  }

 private:
  Plan plan_;
  std::shared_ptr<TemporaryFile> file_;
  std::vector<std::atomic<std::int64_t>> filled_;
};

// What one thread has for the bins.
class Dealer {
 public:
  explicit Dealer(Bins& bins)
      : bins_(bins), plan_(bins.plan()), held_(static_cast<std::size_t>(plan_.bins)) {
    memory_.reset(uint8, plan_.bins * plan_.room * static_cast<std::int64_t>(plan_.entry_bytes()));
  }
  void put(std::int64_t place, const std::byte* row) {
    const std::int64_t bin = place / plan_.bin_rows;
    const auto within = static_cast<WithinBin>(place - bin * plan_.bin_rows);
    std::int64_t& held = held_[static_cast<std::size_t>(bin)];
    std::byte* entry = entries(bin) + static_cast<std::size_t>(held) * plan_.entry_bytes();
    std::memcpy(entry, &within, sizeof(within));
    std::memcpy(entry + sizeof(within), row, plan_.row_bytes);
    if (++held == plan_.room) flush(bin);
  }
  void flush() {
    for (std::int64_t bin = 0; bin < plan_.bins; ++bin) flush(bin);
  }

 private:
  std::byte* entries(std::int64_t bin) {
    return memory_.bytes() + static_cast<std::size_t>(bin * plan_.room) * plan_.entry_bytes();
  }
  void flush(std::int64_t bin) {
    std::int64_t& held = held_[static_cast<std::size_t>(bin)];
    if (held > 0) bins_.append(bin, entries(bin), std::exchange(held, 0));
  }

  Bins& bins_;
  const Plan& plan_;
  std::vector<std::int64_t> held_;
  Buffer memory_;
};

class Shuffled : public Node {
 public:
  Shuffled(NodePtr base, const loader::Permutation& order, const NodePtr& places)
      : Node(base->dtype(), base->shape()),
        base_(std::move(base)),
        order_(order),
        gathered_(select(base_, {places})) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    gathered_->read(box, out, pass);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {gathered_}; }

  // All rows are in the bins before the first one is written.
  bool assign_to(const NodePtr& to) const override {
    const Plan plan = plan_for(base_, to);
    if (plan.bins == 0) return false;
    Bins bins(plan);
    deal(bins);
    Options limits = options();
    // Stopped half way, some rows of the base would be there twice and others nowhere.
    if (to->storage() != nullptr && reads_storage(base_, to->storage())) limits.stop = nullptr;
    const OptionsScope scope(limits);
    run_tasks(plan.bins, plan.threads, {}, [&](std::int64_t bin, Pass& pass) {
      Box box = Box::whole(shape());
      box.first.front() = bin * plan.bin_rows;
      box.count.front() = bins.count(bin);
      const std::shared_ptr<Buffer> rows = pass.scratch();
      rows->reset(dtype(), box.size());
      bins.read(bin, *pass.scratch(), rows->bytes());
      to->write(box, *rows);
    });
    return true;
  }

 private:
  void deal(Bins& bins) const {
    const Plan& plan = bins.plan();
    Shape extents = shape();
    extents.front() = plan.block_rows;
    const Blocks blocks(shape(), extents);
    std::atomic<std::int64_t> next{0};
    run_tasks(plan.threads, plan.threads, {base_}, [&](std::int64_t, Pass& pass) {
      Dealer dealer(bins);
      for (std::int64_t number = next++; number < blocks.count(); number = next++) {
        pass.next_block();
        const Box box = blocks.at(number);
        const Pass::BufferPtr part = pass.read(base_, box);
        const std::byte* row = part->bytes();
        for (std::int64_t at = 0; at < box.count.front(); ++at, row += plan.row_bytes) {
          dealer.put(static_cast<std::int64_t>(
                         order_.place_of(static_cast<std::uint64_t>(box.first.front() + at))),
                     row);
        }
      }
      dealer.flush();
    });
  }

  NodePtr base_;
  loader::Permutation order_;
  NodePtr gathered_;
};

}  // namespace

NodePtr shuffled(const NodePtr& base, const loader::Permutation& order, const NodePtr& places) {
  return std::make_shared<Shuffled>(base, order, places);
}

}  // namespace sheaf::np::random
