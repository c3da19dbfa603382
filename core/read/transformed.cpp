// SPDX-License-Identifier: MIT
#include "core/read/transformed.hpp"

#include <mutex>
#include <utility>

#include "core/read/transformed_output.hpp"

namespace sheaf::read {
namespace {

class TransformedFile final : public File {
 public:
  TransformedFile(std::shared_ptr<File> file,
                  const std::map<std::string, OpenTransforms>& transforms)
      : file_(std::move(file)) {
    for (const auto& [path, steps] : transforms) {
      outputs_.emplace(path, std::make_unique<TransformedOutput>(*file_, path, steps));
    }
  }

  const std::string& name() const noexcept override { return file_->name(); }
  const std::vector<std::string>& ids() const noexcept override { return file_->ids(); }
  std::optional<std::size_t> find(std::string_view id) const override { return file_->find(id); }
  const std::vector<std::string>& paths() const noexcept override { return file_->paths(); }
  const Output& output(std::string_view path) const override {
    const auto found = outputs_.find(path);
    return found == outputs_.end() ? file_->output(path) : *found->second;
  }
  std::vector<layout::Attribute> attrs(const std::string& path) const override {
    return file_->attrs(path);
  }
  bool refresh() override {
    const std::lock_guard lock(refreshing_);
    if (!file_->refresh()) return false;
    for (const auto& [path, output] : outputs_) output->renew();
    return true;
  }

 private:
  std::shared_ptr<File> file_;
  std::mutex refreshing_;
  std::map<std::string, std::unique_ptr<TransformedOutput>, std::less<>> outputs_;
};

}  // namespace

std::shared_ptr<File> transformed(std::shared_ptr<File> file,
                                  const std::map<std::string, OpenTransforms>& transforms) {
  return std::make_shared<TransformedFile>(std::move(file), transforms);
}

}  // namespace sheaf::read
