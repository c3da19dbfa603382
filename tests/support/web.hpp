// SPDX-License-Identifier: MIT
#pragma once
// Web servers on a loopback port, for the time of a test.
//
//   WebServer web;                      // tests/host/source/web.py, which misbehaves as it is told
//   web.write("a.bin", bytes);
//   fetch(web.url("/cut/a.bin"));
//   web.log();                          // "path range status", one a request
//
// Needs SHEAF_TEST_WEB, the path of web.py. Threads: one.

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/background.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

class WebServer {
 public:
  [[nodiscard]] std::string url(const std::string& path) const { return origin() + path; }
  [[nodiscard]] std::string origin() const { return "http://" + host(); }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + port_; }
  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("www/" + name, bytes);
  }
  [[nodiscard]] std::vector<std::string> log() const {
    std::istringstream text(read_file(folder_ / "log"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  // Requests whose line in the log begins so.
  [[nodiscard]] std::size_t requests(const std::string& beginning) const {
    const std::vector<std::string> lines = log();
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [&](const std::string& line) { return line.starts_with(beginning); }));
  }

 private:
  ScopedVariable no_proxy_{"no_proxy", "127.0.0.1"};
  TempDir folder_;
  std::string log_ = folder_.write("log", "").string();
  std::string www_ = folder_.write("www/empty", "").parent_path().string();
  Background server_{{"/usr/bin/python3", "-I", SHEAF_TEST_WEB, www_, log_}};
  std::string port_ = server_.line();
};

// Debian's nginx with a configuration of its own; all it writes is below a temporary folder.
class Nginx {
 public:
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("www/" + name, bytes);
  }
  [[nodiscard]] std::string log() const { return read_file(folder_ / "access"); }

 private:
  std::string configuration() const {
    const std::string at = folder_.path().string();
    std::string text = "daemon off; master_process off; pid " + at + "/pid; error_log " + at +
                       "/error; events {}\nhttp { access_log " + at + "/access;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      text += std::string(kind) + "_temp_path " + at + "/" + kind + ";\n";
    }
    text += "server { listen 127.0.0.1:" + std::to_string(port_) + "; root " + at + "/www;\n";
    return text + "location = /moved { return 301 /here.bin; } } }\n";
  }

  ScopedVariable no_proxy_{"no_proxy", "127.0.0.1"};
  TempDir folder_;
  int port_ = free_port();
  std::string www_ = folder_.write("www/here.bin", "here it is").string();
  std::string file_ = folder_.write("nginx.conf", configuration()).string();
  Background server_{{"/usr/sbin/nginx", "-e", (folder_ / "error").string(), "-p",
                      folder_.path().string(), "-c", file_}};
  bool is_up_ =
      wait_for_port(port_, server_) ? true : throw std::runtime_error("nginx doesn't start");
};

}  // namespace sheaf::test
