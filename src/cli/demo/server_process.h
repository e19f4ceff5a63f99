// A real server in a process of its own, so that it can be killed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "augury/result.h"

namespace augury::cli::demo {

// Not thread-safe. Destroying it kills the server.
class ServerProcess {
 public:
  // Runs `program serve arguments...` and waits until it says where it listens. Its log goes to `log_file`.
  // Unavailable: it ended instead; the message has the last line of its log.
  static Result<ServerProcess> start(const std::string& program, const std::vector<std::string>& arguments,
                                     const std::string& log_file);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&& other) noexcept;
  ~ServerProcess();

  const std::string& url() const { return url_; }
  pid_t pid() const { return pid_; }
  uint64_t resident_bytes() const;
  void kill_now();  // SIGKILL, and waits until it is gone.
  void stop();      // SIGTERM, and waits.

 private:
  ServerProcess(pid_t pid, std::string url) : pid_(pid), url_(std::move(url)) {}
  void end(int signal);

  pid_t pid_ = -1;
  std::string url_;
};

// Resident bytes of any process by its number; 0 if it is gone.
uint64_t resident_bytes_of(pid_t pid);

}  // namespace augury::cli::demo
