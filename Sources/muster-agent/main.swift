import Glibc
import MusterAgent

exit(AgentProgram.main(Array(CommandLine.arguments.dropFirst())))
