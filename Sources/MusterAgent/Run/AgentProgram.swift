import CShims
import Glibc
import MusterCore

/// The program `muster-agent`.
public enum AgentProgram {
    /// What `--version` prints behind the name.
    public static let version = "0.1.0"

    /// Runs with the words behind the program's name; the exit status. Must be called on the main thread, before any
    /// other thread is started.
    public static func main(_ words: [String]) -> Int32 {
        switch words.first {
        case "--version":
            print("muster-agent \(version)")
            return 0
        case "--help", "-h":
            print(AgentOptions.usage, terminator: "")
            return 0
        case "run": return run(Array(words.dropFirst()))
        case "products": return ProductsProgram.main(Array(words.dropFirst()))
        default:
            note("expected 'run', 'products' or '--version'\n\(AgentOptions.usage)")
            return 2
        }
    }

    private static func run(_ words: [String]) -> Int32 {
        let variables = inheritedVariables()
        var environment: [String: String] = [:]
        for text in variables {
            guard let equals = text.firstIndex(of: "=") else { continue }
            environment[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        // Who reads this program's output may go away.
        signal(SIGPIPE, SIG_IGN)
        do {
            let signals = cshims_signalfd([SIGCHLD, SIGTERM, SIGINT, SIGUSR1], 4)
            guard signals >= 0 else { throw SystemError.last("signalfd", "") }
            let options = try AgentOptions(words, environment: environment)
            let folder = try RunFolder(options.runFolder)
            let agent = try Agent(options: options, folder: folder, environment: variables, signals: signals)
            agent.run()
            return 0
        } catch let mistake as AgentOptions.Mistake {
            note("\(mistake.text)\n\(AgentOptions.usage)")
            return 2
        } catch let error as SystemError {
            note("can't run: \(error)")
            // The run's folder can't be written, so only the agent's own output tells.
            if Preflight.isNodes(error.code), let options = try? AgentOptions(words, environment: environment) {
                let back = GiveBack(options, node: Machine.node, environment: variables)
                if back.isPossible, let refusal = back.run() { note("the element can't be given back: \(refusal)") }
            }
            return 3
        } catch {
            note("can't run: \(error)")
            return 3
        }
    }

    private static func inheritedVariables() -> [String] {
        var texts: [String] = []
        var at = environ
        while let text = at.pointee {
            texts.append(String(cString: text))
            at += 1
        }
        return texts
    }
}
