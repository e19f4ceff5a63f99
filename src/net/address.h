// Where to listen or connect: "127.0.0.1:8080", "[::1]:80", "localhost:0", "unix:/run/augury.sock", "http://host:port".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "augury/result.h"

namespace augury::net {

struct Address {
  std::string host;  // Without brackets; empty for a Unix socket. "" or "*" before ":port" is 0.0.0.0.
  uint16_t port = 0;
  std::string unix_path;  // Not empty: a Unix socket.

  static Result<Address> parse(std::string_view text);
  std::string text() const;
};

// A socket that closes itself. Movable.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// Listens with SO_REUSEPORT, so that further calls may share the port (`first` false). The first call refuses a port
// that somebody else listens on. Port 0: the system's choice, written back to `address`. A Unix socket left behind by a
// dead process is replaced. Conflict: in use. Invalid: no such host. Unavailable: anything else.
Result<Socket> listen_on(Address& address, bool first);

// Connects, blocking at most `wait`, then non-blocking. Unavailable: nobody there. Deadline: too slow.
Result<Socket> connect_to(const Address& address, int wait_ms);

}  // namespace augury::net
