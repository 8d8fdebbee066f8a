// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/serial_port.hpp"

#include "drivers/usb/permission_fix.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace fourpole {

namespace {

/// A line that talks on and on is not a board's, nor is one that says twice as much as a second has room for
/// at 9600 baud.
constexpr std::chrono::milliseconds longest_chatter{1000};
constexpr std::size_t most_chatter = 2048;
constexpr std::chrono::milliseconds write_within{500};
constexpr std::size_t most_answer = 4096;

std::string fix_of(int error) {
    if (error == EACCES || error == EPERM) return std::string("; ") + permission_fix;
    return error == EBUSY ? "; end the program that holds it" : "";
}

int milliseconds_until(std::chrono::steady_clock::time_point over) {
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(over - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(rest, 0, 60'000));
}

/// It lives on with its other end, and would stay exclusive when this program is killed: whoever puts the
/// relays at rest then could not open it. A line that is a device is new with the next that opens it.
bool pseudo_terminal(int file) {
    struct stat what {};
    if (::fstat(file, &what) != 0) return false;
    const unsigned number = major(what.st_rdev);
    return number >= 136 && number <= 143;  // UNIX98_PTY_SLAVE_MAJOR, of 8
}

}  // namespace

Result<std::unique_ptr<SerialPort>> SerialPort::open(const std::filesystem::path& device, std::string who) {
    // Without O_NONBLOCK opening would wait for a carrier that no board has.
    const int file = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    const auto refused = [&](const std::string& doing, int error) {
        return Fault{Fault::Kind::bench_trouble, who,
                     doing + " " + device.string() + ": " + std::strerror(error) + fix_of(error)};
    };
    if (file < 0) return refused("opening", errno);
    std::unique_ptr<SerialPort> port(new SerialPort(file, who));
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
        return refused("locking", errno == EWOULDBLOCK ? EBUSY : errno);
    termios line{};
    if (::tcgetattr(file, &line) != 0) return refused("asking the line", errno);
    ::cfmakeraw(&line);
    ::cfsetispeed(&line, B9600);
    ::cfsetospeed(&line, B9600);
    line.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS | HUPCL);
    line.c_cflag |= static_cast<tcflag_t>(CLOCAL | CREAD);
    line.c_cc[VMIN] = 1;  // no byte is EAGAIN, and 0 means that the board has left
    line.c_cc[VTIME] = 0;
    if (::tcsetattr(file, TCSANOW, &line) != 0) return refused("setting the line to 9600 8N1", errno);
    if (!pseudo_terminal(file)) ::ioctl(file, TIOCEXCL);
    return port;
}

SerialPort::~SerialPort() {
    ::ioctl(file_, TIOCNXCL);
    ::close(file_);
}

bool SerialPort::hung_up() const {
    pollfd line{file_, 0, 0};
    return ::poll(&line, 1, 0) > 0 && (line.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

Result<bool> SerialPort::read_more(std::string& got, Clock::time_point over) {
    while (true) {
        pollfd wait{file_, POLLIN, 0};
        const int ready = ::poll(&wait, 1, milliseconds_until(over));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return fault(std::string("waiting for the board: ") + std::strerror(errno));
        if (ready == 0) return false;
        std::array<char, 256> bytes{};
        const ssize_t count = ::read(file_, bytes.data(), bytes.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        // Hung up: a line whose device has left reads as its end, or as an error of its own.
        if (count <= 0) return fault("the board has been unplugged");
        got.append(bytes.data(), static_cast<std::size_t>(count));
        if (got.size() > most_answer) return out_of_step("the board talks without an end", quiet_);
        return true;
    }
}

Result<Done> SerialPort::into_step() {
    const auto over = Clock::now() + quiet_ + longest_chatter;
    std::string nobodys;
    while (Clock::now() < over && nobodys.size() < most_chatter) {
        const auto more = read_more(nobodys, Clock::now() + quiet_);
        if (!more) return more.error();
        if (!*more) {
            in_step_ = true;
            return Done{};
        }
    }
    return fault("the board talks without being asked");
}

Result<Done> SerialPort::tell(std::string_view bytes) {
    if (!in_step_) {
        const auto stepped = into_step();
        if (!stepped) return stepped.error();
    }
    ::tcflush(file_, TCIFLUSH);  // an answer's line end that came behind it
    const auto over = Clock::now() + write_within;
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno != EAGAIN)
            return fault(errno == EIO || errno == ENXIO || errno == ENODEV
                             ? std::string("the board has been unplugged")
                             : std::string("writing to the board: ") + std::strerror(errno));
        pollfd wait{file_, POLLOUT, 0};
        if (::poll(&wait, 1, milliseconds_until(over)) == 0)
            return out_of_step("the board takes no bytes", quiet_);
    }
    return Done{};
}

}  // namespace fourpole
