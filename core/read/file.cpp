// SPDX-License-Identifier: MIT
#include "core/read/file.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/read/gate.hpp"
#include "core/read/snapshot.hpp"

namespace sheaf::read {
namespace {

// What may be looked at without passing the gate: it stays when the output goes on to a later
// commit.
struct Facts {
  Dtype dtype;
  Shape shape;
  std::size_t row_bytes = 0;
  bool is_ragged = false;
};

Facts facts_of(const SnapshotOutput& output) {
  const StoredRows& rows = output.rows();
  return {rows.dtype().value_or(uint8), rows.shape(), rows.row_bytes(), output.is_ragged()};
}

// An output of the last commit, or of none when it is gone there.
class OpenArray : public Array {
 public:
  OpenArray(Gate& gate, std::string name) : gate_(gate), name_(std::move(name)) {}

  // With the gate closed.
  void set(const SnapshotOutput* output) {
    output_ = output;
    if (output == nullptr) return;
    all_facts_.push_back(std::make_unique<const Facts>(facts_of(*output)));
    facts_ = all_facts_.back().get();
  }
  [[nodiscard]] const Facts& facts() const noexcept { return *facts_.load(); }
  [[nodiscard]] Gate& gate() const noexcept { return gate_; }
  // With a pass.
  [[nodiscard]] const SnapshotOutput& output() const {
    if (output_ != nullptr) return *output_;
    throw Error(ErrorCode::NotFound, name_, "isn't in the file any more");
  }

  void require_readable() const override {
    const Gate::Pass pass(gate_);
    output().rows().require_readable();
  }
  Dtype dtype() const noexcept override { return facts().dtype; }
  const Shape& shape() const noexcept override { return facts().shape; }
  std::size_t row_bytes() const noexcept override { return facts().row_bytes; }

  void read(layout::Span rows, std::span<std::byte> out) const override {
    const Gate::Pass pass(gate_);
    output().rows().read(rows, out);
  }
  void gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const override {
    const Gate::Pass pass(gate_);
    output().rows().gather(rows, out);
  }
  void gather(std::span<const layout::Span> spans, std::span<std::byte> out) const override {
    const Gate::Pass pass(gate_);
    output().rows().gather(spans, out);
  }
  std::optional<std::span<const std::byte>> view(layout::Span rows) const override {
    const Gate::Pass pass(gate_);
    return output().rows().view(rows);
  }
  Value rows(std::int64_t start, std::int64_t stop) const override {
    const Gate::Pass pass(gate_);
    const StoredRows& all = output().rows();
    const std::int64_t count = all.shape()[0];
    const auto clamped = [count](std::int64_t row) {
      return std::clamp<std::int64_t>(row < 0 ? row + count : row, 0, count);
    };
    start = clamped(start);
    return all.value({start, std::max(start, clamped(stop))});
  }

 private:
  Gate& gate_;
  std::string name_;
  const SnapshotOutput* output_ = nullptr;
  std::atomic<const Facts*> facts_{nullptr};
  std::vector<std::unique_ptr<const Facts>> all_facts_;
};

class OpenOutput : public Output {
 public:
  OpenOutput(Gate& gate, const std::string& file, std::string path)
      : path_(std::move(path)), array_(gate, file + ":/" + path_) {}

  void set(const SnapshotOutput* output) { array_.set(output); }

  const std::string& path() const noexcept override { return path_; }
  bool is_ragged() const noexcept override { return array_.facts().is_ragged; }
  const Array& array() const noexcept override { return array_; }
  std::optional<layout::Span> span(std::size_t source) const override {
    const Gate::Pass pass(array_.gate());
    return array_.output().span(source);
  }
  std::optional<Shape> shape(std::size_t source) const override {
    const Gate::Pass pass(array_.gate());
    return array_.output().shape(source);
  }
  std::optional<Value> get(std::size_t source) const override {
    const Gate::Pass pass(array_.gate());
    return array_.output().get(source);
  }

 private:
  std::string path_;
  OpenArray array_;
};

class OpenFile : public File {
 public:
  OpenFile(const std::filesystem::path& path, const Options& options)
      : path_(path),
        name_(path.string()),
        is_mapped_(options.is_mapped),
        cache_(options.cache_bytes),
        pool_(options.threads) {
    take(open_snapshot());
  }

  const std::string& name() const noexcept override { return name_; }
  const std::vector<std::string>& ids() const noexcept override { return snapshot_->ids(); }
  std::optional<std::size_t> find(std::string_view id) const override {
    const Gate::Pass pass(gate_);
    return snapshot_->find(id);
  }
  const std::vector<std::string>& paths() const noexcept override { return paths_; }
  const Output& output(std::string_view path) const override;
  std::vector<layout::Attribute> attrs(const std::string& path) const override;
  bool refresh() override;

 private:
  std::unique_ptr<Snapshot> open_snapshot() {
    return Snapshot::open(path_, is_mapped_, cache_, pool_);
  }
  void take(std::unique_ptr<Snapshot> snapshot);

  std::filesystem::path path_;
  std::string name_;
  bool is_mapped_;
  mutable Gate gate_;
  ChunkCache cache_;
  DecodePool pool_;
  std::mutex refreshing_;
  std::unique_ptr<Snapshot> snapshot_;
  std::vector<std::string> paths_;
  std::unordered_map<std::string, std::unique_ptr<OpenOutput>> outputs_;
};

void OpenFile::take(std::unique_ptr<Snapshot> snapshot) {
  paths_.clear();
  for (const auto& [path, output] : outputs_) output->set(nullptr);
  for (const auto& output : snapshot->outputs()) {
    std::unique_ptr<OpenOutput>& ours = outputs_[output->path()];
    if (ours == nullptr) ours = std::make_unique<OpenOutput>(gate_, name_, output->path());
    ours->set(output.get());
    paths_.push_back(output->path());
  }
  snapshot_ = std::move(snapshot);
}

const Output& OpenFile::output(std::string_view path) const {
  const Gate::Pass pass(gate_);
  const auto found = outputs_.find(std::string(path));
  const bool is_there = std::ranges::find(paths_, path) != paths_.end();
  if (is_there && found != outputs_.end()) return *found->second;
  std::string known;
  for (const std::string& other : paths_) known += (known.empty() ? "" : ", ") + other;
  throw Error(ErrorCode::NotFound, name_,
              "has no output '" + std::string(path) + "'; there " +
                  (known.empty() ? "are none" : "are: " + known));
}

std::vector<layout::Attribute> OpenFile::attrs(const std::string& path) const {
  const Gate::Pass pass(gate_);
  const hid_t file = snapshot_->file().hdf5().get();
  if (!path.empty() && !hdf5::exists(file, path)) {
    throw Error(ErrorCode::NotFound, name_, "has no object '" + path + "'");
  }
  return hdf5::read_attributes(
      hdf5::open_object(file, path.empty() ? std::string("/") : path).get());
}

bool OpenFile::refresh() {
  const std::lock_guard lock(refreshing_);
  if (!snapshot_->file().is_outdated()) return false;
  std::unique_ptr<Snapshot> newer = open_snapshot();
  const Gate::Closed closed(gate_);
  take(std::move(newer));
  return true;
}

}  // namespace

std::shared_ptr<File> File::open(const std::filesystem::path& file, const Options& options) {
  return std::make_shared<OpenFile>(file, options);
}

}  // namespace sheaf::read
