// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/answer.hpp"
#include "drivers/relays/printable.hpp"
#include "rig/result.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace fourpole {

/// A serial line at 9600 8N1, raw, held by this program alone. [control thread] Every read has a deadline.
/// After an answer that failed the line is out of step: what comes late must not be taken for the answer to
/// the next question, so that one waits until the line has been quiet for as long as the last one waited.
class SerialPort {
public:
    /// @param who  the board, for sentences. Fault bench_trouble: not there, not allowed (with the fix), held
    /// by another program, or no serial line.
    static Result<std::unique_ptr<SerialPort>> open(const std::filesystem::path& device, std::string who);
    ~SerialPort();
    SerialPort(const SerialPort&) = delete;
    SerialPort& operator=(const SerialPort&) = delete;

    /// Sends; no answer is expected.
    Result<Done> tell(std::string_view bytes);

    /// Sends, and reads until `read` has a whole answer of what came so far.
    /// Fault bench_trouble: silence, a part only, an answer that makes no sense, the board has left.
    template <class T, class Read>
    Result<T> ask(std::string_view bytes, Read read, std::chrono::milliseconds within) {
        const auto told = tell(bytes);
        if (!told) return told.error();
        const auto over = Clock::now() + within;
        std::string got;
        silent_ = false;
        while (true) {
            const Answer<T> answer = read(std::string_view(got));
            if (answer.kind == Answer<T>::Kind::whole) return *answer.value;
            if (answer.kind == Answer<T>::Kind::invalid)
                return out_of_step("the board sent " + answer.why, within);
            const auto more = read_more(got, over);
            if (!more) return more.error();
            if (*more) continue;
            silent_ = got.empty();
            return out_of_step(
                (silent_ ? "the board did not answer" : "the board sent only \"" + printable(got) + "\"") +
                    (" within " + std::to_string(within.count()) + " ms"),
                within);
        }
    }

    /// The device behind the line has left.
    bool hung_up() const;
    /// Whether the last question met silence: nothing at all came in its time.
    bool met_silence() const { return silent_; }
    const std::string& who() const { return who_; }
    Fault fault(const std::string& what) const { return {Fault::Kind::bench_trouble, who_, what}; }

private:
    using Clock = std::chrono::steady_clock;
    SerialPort(int file, std::string who) : file_(file), who_(std::move(who)) {}
    Result<bool> read_more(std::string& got, Clock::time_point over);  ///< false: the time is over
    Result<Done> into_step();
    Fault out_of_step(const std::string& what, std::chrono::milliseconds quiet) {
        in_step_ = false;
        quiet_ = quiet;
        return fault(what);
    }

    int file_;
    std::string who_;
    bool in_step_ = false;  ///< what lies on the line when it is opened is nobody's answer
    /// Before the next question. At 9600 baud a character takes 1.04 ms: a board that pauses for 30 has
    /// ended.
    std::chrono::milliseconds quiet_{30};
    bool silent_ = false;
};

}  // namespace fourpole
