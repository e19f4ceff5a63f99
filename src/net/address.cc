#include "net/address.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace augury::net {
namespace {

constexpr int kBacklog = 4096;

Error failed(std::string_view what, const Address& address, int why) {
  Code code = why == EADDRINUSE ? Code::Conflict : why == ETIMEDOUT ? Code::Deadline : Code::Unavailable;
  return {code, std::string(what) + " " + address.text() + ": " + std::strerror(why)};
}

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  int family() const { return bytes.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

Result<SocketAddress> unix_address(const Address& address) {
  sockaddr_un un{};
  if (address.unix_path.size() >= sizeof un.sun_path)
    return Error{Code::Invalid, "the socket path '" + address.unix_path + "' is longer than 107 bytes"};
  un.sun_family = AF_UNIX;
  std::memcpy(un.sun_path, address.unix_path.data(), address.unix_path.size());
  SocketAddress out;
  std::memcpy(&out.bytes, &un, sizeof un);
  out.size = sizeof un;
  return out;
}

Result<SocketAddress> resolve(const Address& address) {
  if (!address.unix_path.empty()) return unix_address(address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  std::string host = address.host.empty() || address.host == "*" ? "0.0.0.0" : address.host;
  int failure = getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failure != 0) return Error{Code::Invalid, "no such host '" + host + "': " + gai_strerror(failure)};
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  SocketAddress out;
  std::memcpy(&out.bytes, found->ai_addr, found->ai_addrlen);
  out.size = found->ai_addrlen;
  return out;
}

Result<Socket> open_socket(const Address& address, int family) {
  Socket socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return failed("cannot open a socket for", address, errno);
  return socket;
}

void set_option(const Socket& socket, int level, int option) {
  int on = 1;
  setsockopt(socket.fd(), level, option, &on, sizeof on);
}

// Binding without SO_REUSEPORT fails where another process listens, even one that would share.
Result<void> check_nobody_listens(const Address& address, const SocketAddress& where) {
  AUGURY_TRY(auto probe, open_socket(address, where.family()));
  set_option(probe, SOL_SOCKET, SO_REUSEADDR);
  if (bind(probe.fd(), where.get(), where.size) != 0) return failed("cannot listen on", address, errno);
  return {};
}

Result<void> remove_dead_socket(const Address& address, const SocketAddress& where) {
  AUGURY_TRY(auto probe, open_socket(address, AF_UNIX));
  if (connect(probe.fd(), where.get(), where.size) == 0 || errno == EAGAIN)
    return failed("cannot listen on", address, EADDRINUSE);
  if (errno == ECONNREFUSED) unlink(address.unix_path.c_str());
  return {};
}

uint16_t bound_port(const Socket& socket) {
  sockaddr_storage bytes{};
  socklen_t size = sizeof bytes;
  getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&bytes), &size);
  uint16_t port;
  std::memcpy(&port, reinterpret_cast<const char*>(&bytes) + offsetof(sockaddr_in, sin_port), sizeof port);
  return ntohs(port);
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  Address address;
  if (text.starts_with("unix:")) {
    address.unix_path = text.substr(5);
    if (address.unix_path.empty()) return Error{Code::Invalid, "'unix:' wants a path behind it"};
    return address;
  }
  std::string_view rest = text;
  bool url = rest.starts_with("http://");
  if (url) rest.remove_prefix(7);
  while (url && rest.ends_with('/')) rest.remove_suffix(1);
  size_t colon = rest.rfind(':');
  bool bracket_later = colon != std::string_view::npos && rest.find(']', colon) != std::string_view::npos;
  if (colon == std::string_view::npos || bracket_later) {
    if (!url)
      return Error{Code::Invalid, "'" + std::string(text) + "': expected HOST:PORT, unix:PATH or http://HOST:PORT"};
    address.port = 80;
  } else {
    auto digits = rest.substr(colon + 1);
    auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (problem != std::errc{} || end != digits.data() + digits.size())
      return Error{Code::Invalid, "'" + std::string(text) + "': the port is a number from 0 to 65535"};
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  address.host = rest;
  return address;
}

std::string Address::text() const {
  if (!unix_path.empty()) return "unix:" + unix_path;
  bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

Result<Socket> listen_on(Address& address, bool first) {
  AUGURY_TRY(auto where, resolve(address));
  bool tcp = address.unix_path.empty();
  if (first && tcp && address.port != 0) AUGURY_TRY_VOID(check_nobody_listens(address, where));
  if (first && !tcp) AUGURY_TRY_VOID(remove_dead_socket(address, where));
  AUGURY_TRY(auto socket, open_socket(address, where.family()));
  if (tcp) set_option(socket, SOL_SOCKET, SO_REUSEADDR);
  if (tcp) set_option(socket, SOL_SOCKET, SO_REUSEPORT);
  if (bind(socket.fd(), where.get(), where.size) != 0 || listen(socket.fd(), kBacklog) != 0)
    return failed("cannot listen on", address, errno);
  if (tcp) address.port = bound_port(socket);
  return socket;
}

Result<Socket> connect_to(const Address& address, int wait_ms) {
  AUGURY_TRY(auto where, resolve(address));
  AUGURY_TRY(auto socket, open_socket(address, where.family()));
  if (connect(socket.fd(), where.get(), where.size) != 0) {
    if (errno != EINPROGRESS) return failed("cannot connect to", address, errno);
    pollfd wait{socket.fd(), POLLOUT, 0};
    if (poll(&wait, 1, wait_ms) <= 0) return failed("cannot connect to", address, ETIMEDOUT);
    int problem = 0;
    socklen_t size = sizeof problem;
    getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &problem, &size);
    if (problem != 0) return failed("cannot connect to", address, problem);
  }
  if (address.unix_path.empty()) set_option(socket, IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

}  // namespace augury::net
