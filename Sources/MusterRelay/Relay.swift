import CShims
import Glibc
import MusterCollector
import MusterCore
import ZeroMQ

/// The program `muster-agent relay`: serves, or waits to; passes on what is new of its run; ends with its client.
///
/// One thread does all. What it costs is bounded: at most five metadata calls a second, and nothing but a few waking
/// moments while nothing happens.
final class Relay {
    /// A look at the runs, and at the samples, in microseconds.
    private static let lookPeriod: Int64 = 1_000_000, samplePeriod: Int64 = 2_000_000
    /// A look at the journal of another relay, and whether that one still lives.
    private static let followPeriod: Int64 = 500_000, lockPeriod: Int64 = 3_000_000

    private let options: RelayOptions
    private let signals: Int32
    private let stream: JournalStream?
    private var service: Service?
    private var said: RelayWord?
    private var nextLook: Int64 = 0, nextSamples: Int64 = 0, nextLock: Int64 = 0
    private var lastByte = Relay.now, lastHeard = Relay.now
    private var isOver = false

    /// `signals` tells of the signals that end it.
    init(_ options: RelayOptions, signals: Int32) {
        self.options = options
        self.signals = signals
        stream = options.isDetached ? nil : JournalStream(options.paths, output: STDOUT_FILENO)
        if options.starts { nextLock = Relay.now + Self.lockPeriod }
    }

    /// Runs to its end; the exit status.
    func run() throws -> Int32 {
        if options.address != nil { try Registry.enter(options.run, options.place) }
        while !isOver {
            try serve()
            if options.isDetached, service == nil {
                // Another one serves, and will find the run in the list.
                return 0
            }
            wait()
            let now = Relay.now
            let isSampleTime = now >= nextSamples
            if isSampleTime { nextSamples = now + Self.samplePeriod }
            look(now, isSampleTime)
            pass(isSampleTime)
            judge(now)
        }
        service?.close()
        return 0
    }

    /// Listens when nobody else does, and says how it stands.
    private func serve() throws {
        let now = Relay.now
        guard service == nil, now >= nextLock else { return }
        nextLock = now + Self.lockPeriod
        if let address = options.address {
            service = try Service(options, address: address, now: Relay.time)
            tell(RelayWord(isServed: true, address: service?.address))
        } else {
            let isServed = (try? RelayFile(options.place.lock, O_RDWR))?.isLockedByOthers ?? false
            tell(RelayWord(isServed: isServed))
        }
    }

    private func tell(_ word: RelayWord) {
        guard word != said else { return }
        said = word
        stream?.say(word)
    }

    private func wait() {
        let time: Duration = service == nil ? .microseconds(Self.followPeriod) : .microseconds(Self.lookPeriod)
        var polls = PollSet()
        func join(_ set: inout PollSet) {
            set.add(descriptor: signals, for: .readable)
            if !options.isDetached { set.add(descriptor: STDIN_FILENO, for: .readable) }
            if stream?.isFull == true { set.add(descriptor: STDOUT_FILENO, for: .writable) }
        }
        if let service {
            service.listen(for: time, beside: join)
        } else {
            join(&polls)
            _ = try? polls.wait(timeout: time)
        }
        var sender: pid_t = 0
        while case let signal = cshims_signalfd_read(signals, &sender), signal > 0 { isOver = true }
        if !options.isDetached { readInput() }
    }

    /// Whatever comes is a sign of life.
    private func readInput() {
        var one = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&one, 1, 0) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 { lastByte = Relay.now }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { isOver = true }
    }

    private func look(_ now: Int64, _ isSampleTime: Bool) {
        guard let service else { return }
        if service.journals.wasHeard {
            service.journals.wasHeard = false
            lastHeard = now
        }
        if isSampleTime { service.journals.writeSamples() }
        guard now >= nextLook else { return }
        nextLook = now + Self.lookPeriod
        service.look()
    }

    private func pass(_ isSampleTime: Bool) {
        guard let stream else { return }
        stream.pump(size: service?.journals.open[options.run]?.size)
        if isSampleTime { stream.pumpSamples() }
        if stream.isOver { isOver = true }
    }

    /// Whether it is time to end although nobody asked for it.
    private func judge(_ now: Int64) {
        if options.isDetached {
            let isIdle = now - lastHeard > options.idle * 1_000_000
            if isIdle { complain("nothing was heard for \(options.idle) s") }
            if isIdle || service?.hasRuns == false { isOver = true }
        } else if now - lastByte > options.patience * 1_000_000 {
            complain("the client is silent")
            isOver = true
        }
    }

    /// Microseconds of the monotonic clock.
    static var now: Int64 { microseconds(CLOCK_MONOTONIC) }
    /// The wall clock.
    static var time: Timestamp { Timestamp(microseconds: microseconds(CLOCK_REALTIME)) }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
