#include "cli/demo/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <utility>

namespace augury::cli::demo {
namespace {

std::string last_line(const std::string& file) {
  std::ifstream in(file);
  std::string line, last;
  while (std::getline(in, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

// In the child: becomes the server. Dies with its parent.
[[noreturn]] void become(std::vector<char*>& argv, int output, const std::string& log_file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(output, STDOUT_FILENO);
  if (log >= 0) dup2(log, STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

std::string first_line(int fd) {
  std::string line;
  char c;
  while (read(fd, &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

}  // namespace

Result<ServerProcess> ServerProcess::start(const std::string& program, const std::vector<std::string>& arguments,
                                           const std::string& log_file) {
  std::vector<std::string> words{program, "serve"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{Code::Unavailable, "starting the server: no pipe can be made"};
  pid_t pid = fork();
  if (pid == 0) become(argv, ends[1], log_file);
  close(ends[1]);
  constexpr std::string_view kPrefix = "listening on ";
  auto line = pid > 0 ? first_line(ends[0]) : std::string();
  close(ends[0]);
  ServerProcess process(pid, line.starts_with(kPrefix) ? line.substr(kPrefix.size()) : "");
  if (process.url_.empty()) return Error{Code::Unavailable, "the server did not start: " + last_line(log_file)};
  return process;
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), url_(std::move(other.url_)) {}

ServerProcess& ServerProcess::operator=(ServerProcess&& other) noexcept {
  kill_now();
  pid_ = std::exchange(other.pid_, -1);
  url_ = std::move(other.url_);
  return *this;
}

ServerProcess::~ServerProcess() { kill_now(); }

void ServerProcess::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void ServerProcess::kill_now() { end(SIGKILL); }
void ServerProcess::stop() { end(SIGTERM); }
uint64_t ServerProcess::resident_bytes() const { return resident_bytes_of(pid_); }

uint64_t resident_bytes_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/statm");
  uint64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace augury::cli::demo
