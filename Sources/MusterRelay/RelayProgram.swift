import CShims
import Glibc
import MusterCollector
import ZeroMQ

/// The words of the program `muster-agent` that belong to a login node.
public enum RelayProgram {
    /// Runs with the words behind the program's name; nil when they are not for it. Must be called on the main thread,
    /// before any other thread is started.
    ///
    /// Ends with 0 when it was told to end, 2 for wrong arguments, 3 when it can't listen or a folder can't be used.
    public static func main(_ words: [String]) -> Int32? {
        switch words.first {
        case "relay": relay(Array(words.dropFirst()))
        case "bell": bell(Array(words.dropFirst()))
        default: nil
        }
    }

    private static func relay(_ words: [String]) -> Int32 {
        umask(0o077)
        // Whoever reads the output may go away.
        signal(SIGPIPE, SIG_IGN)
        do {
            let options = try RelayOptions(words)
            let signals = cshims_signalfd([SIGTERM, SIGINT, SIGHUP], 3)
            guard signals >= 0 else { throw RelayFailure.last("signalfd", "") }
            return try Relay(options, signals: signals).run()
        } catch let mistake as RelayOptions.Mistake {
            complain("\(mistake.text)\n\(RelayOptions.usage)")
            return 2
        } catch let error as ZeroMQError {
            complain("\(Collector.Refusal.socket(error))")
            return 3
        } catch {
            complain("\(error)")
            return 3
        }
    }

    private static func bell(_ words: [String]) -> Int32 {
        do {
            try Bell(words).run()
            return 0
        } catch let mistake as RelayOptions.Mistake {
            complain("\(mistake.text)\n\(RelayOptions.usage)")
            return 2
        } catch {
            complain("\(error)")
            return 3
        }
    }
}
