#include "net/address.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace augury {
namespace {

using net::Address;

TEST(Address, ReadsEveryForm) {
  EXPECT_EQ(Address::parse("127.0.0.1:8080")->text(), "127.0.0.1:8080");
  EXPECT_EQ(Address::parse("[::1]:80")->host, "::1");
  EXPECT_EQ(Address::parse("[::1]:80")->text(), "[::1]:80");
  EXPECT_EQ(Address::parse("http://localhost")->port, 80);
  EXPECT_EQ(Address::parse("http://[::1]")->host, "::1");
  EXPECT_EQ(Address::parse("http://localhost:81/")->port, 81);
  EXPECT_EQ(Address::parse(":9")->host, "");
  EXPECT_EQ(Address::parse("unix:/run/a.sock")->unix_path, "/run/a.sock");
  EXPECT_EQ(Address::parse("unix:/run/a.sock")->text(), "unix:/run/a.sock");
}

TEST(Address, RefusesWhatIsNotOne) {
  for (std::string_view bad : {"", "localhost", "a:b", "a:70000", "a:-1", "a:", "unix:"})
    EXPECT_FALSE(Address::parse(bad).has_value()) << bad;
}

TEST(Address, ListensOnAPortOnceButSharesItWhenAsked) {
  Address address = *Address::parse("127.0.0.1:0");
  auto first = net::listen_on(address, true);
  ASSERT_TRUE(first.has_value());
  EXPECT_NE(address.port, 0);
  EXPECT_TRUE(net::listen_on(address, false).has_value());
  auto other = net::listen_on(address, true);
  ASSERT_FALSE(other.has_value()) << "another server would silently take half of the connections";
  EXPECT_EQ(other.error().code, Code::Conflict);
}

TEST(Address, ReplacesADeadUnixSocketButNotALiveOne) {
  Address address = *Address::parse("unix:/tmp/augury_address_test_" + std::to_string(getpid()));
  {
    ASSERT_TRUE(net::listen_on(address, true).has_value());
  }  // Closed, but the file stays.
  auto again = net::listen_on(address, true);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  auto third = net::listen_on(address, true);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code, Code::Conflict);
  unlink(address.unix_path.c_str());
}

TEST(Address, SaysWhyItCannotListenOrConnect) {
  Address nowhere = *Address::parse("no.such.host.invalid:1");
  EXPECT_EQ(net::listen_on(nowhere, true).error().code, Code::Invalid);
  Address long_path = *Address::parse("unix:/" + std::string(200, 'x'));
  EXPECT_EQ(net::listen_on(long_path, true).error().code, Code::Invalid);
  Address foreign = *Address::parse("192.0.2.1:1");
  EXPECT_EQ(net::listen_on(foreign, true).error().code, Code::Unavailable);
  EXPECT_EQ(net::connect_to(*Address::parse("unix:/tmp/augury_no_such_socket"), 100).error().code, Code::Unavailable);
}

}  // namespace
}  // namespace augury
