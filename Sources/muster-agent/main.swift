import Glibc
import MusterAgent
import MusterRelay

let words = Array(CommandLine.arguments.dropFirst())
exit(RelayProgram.main(words) ?? AgentProgram.main(words))
