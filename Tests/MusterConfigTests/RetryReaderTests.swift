import MusterCore
import Testing

@testable import MusterConfig

private let good = """
    experiment: {name: first, dataset_root: data}
    pipeline:
      stages:
        - {name: seg, command: "prog {stage.tile}", parameters: {tile: 512, mode: fast}}
    sweep: {matrix: {batch_size: [1, 16], kind: [a, b]}}
    resources: {memory: 4G, time: 1h}
    retry:
      oom_host: {memory: x1.5, limit: 64G}
      oom_gpu: {set: {batch_size: /2, seg.tile: 256}, attempts: 5}
      timeout: {time: x2, limit: 24h, resume: true}
      preempted: {}
      node_failed: {exclude_node: true, attempts: 4}
      failed: {exit_codes: [75, 3]}
    canary: 3
    halt: {failed: 20%, same_signature: 10}
    """

private let mistakes: [Mistake] = [
    .init(
        find: "oom_host: {memory: x1.5, limit: 64G}", put: "oom_host: {attempts: 2}", line: 8, column: 13,
        words: ["'retry.oom_host' changes nothing", "the same request", "add: memory: x1.5"]),
    .init(
        find: "oom_gpu: {set: {batch_size: /2, seg.tile: 256}, attempts: 5}", put: "oom_gpu: {attempts: 5}", line: 9,
        column: 12, words: ["'retry.oom_gpu' changes nothing", "add: set: {batch_size: /2}"]),
    .init(
        find: "timeout: {time: x2, limit: 24h, resume: true}", put: "timeout: {attempts: 3}", line: 10, column: 12,
        words: ["'retry.timeout' changes nothing", "add: time: x2"]),
    .init(
        find: "memory: x1.5", put: "memory: x0.5", line: 8, column: 22,
        words: ["'retry.oom_host.memory' can't be 'x0.5'", "a factor above 1"]),
    .init(
        find: "memory: x1.5", put: "memory: 2G", line: 8, column: 22,
        words: ["is no more than 'resources.memory'", "memory: x2"]),
    .init(
        find: "limit: 64G", put: "limit: 4G", line: 8, column: 35,
        words: ["'retry.oom_host.limit' is no more than 'resources.memory'", "raise the limit"]),
    .init(
        find: "memory: 4G, ", put: "", line: 8, column: 22,
        words: ["raises what jobs do not ask for", "add: resources: {memory: 4G}"]),
    .init(
        find: "memory: x1.5, limit: 64G", put: "alone: true, limit: 64G", line: 8, column: 34,
        words: ["limits 'memory', which is not there", "add: memory: x1.5"]),
    .init(
        find: "batch_size: /2", put: "batchsize: /2", line: 9, column: 19,
        words: ["names no parameter", "did you mean 'batch_size'?"]),
    .init(
        find: "batch_size: /2", put: "kind: /2", line: 9, column: 19, words: ["can't be /2", "'a' is no number"]),
    .init(find: "seg.tile: 256", put: "seg.tile: 512", line: 9, column: 35, words: ["leaves every value as it is"]),
    .init(
        find: "preempted: {}", put: "preemted: {}", line: 11, column: 3,
        words: ["unknown key 'preemted'", "did you mean 'preempted'?"]),
    .init(
        find: "preempted: {}", put: "preempted: {memory: x2}", line: 11, column: 15,
        words: ["unknown key 'memory' in 'retry.preempted'", "known here: attempts"]),
    .init(find: "[75, 3]", put: "[75, 0]", line: 13, column: 24, words: ["can't hold '0'", "from 1 to 255"]),
    .init(find: "failed: 20%", put: "failed: 120%", line: 15, column: 16, words: ["a share such as 20%"]),
    .init(
        find: "failed: 20%, same_signature: 10", put: "least: 3", line: 15, column: 7,
        words: ["says neither 'failed' nor 'same_signature'"]),
]

@Suite struct RetryReaderTests {
    private func read(_ text: String) -> (SweepSpec?, [Diagnostic]) {
        SweepReader.read(Array(text.utf8), file: "sweep.yaml")
    }

    @Test func rulesAreRead() throws {
        let (spec, found) = read(good)
        #expect(found.isEmpty, "\(found.map(\.text))")
        let sweep = try #require(spec)
        let rules = sweep.retry.rules
        #expect(rules[.oomHost]?.memory == .times(1.5) && rules[.oomHost]?.memoryLimit == ByteCount(64 << 30))
        #expect(rules[.oomGPU]?.set == [.init("batch_size", .over(2)), .init("seg.tile", .to(256))])
        #expect(rules[.oomGPU]?.attempts == 5 && rules[.oomHost]?.attempts == 3 && rules[.preempted]?.attempts == 10)
        #expect(rules[.timeout]?.resumes == true && rules[.timeout]?.timeLimit == WallTime(seconds: 86400))
        #expect(rules[.nodeFailed]?.excludesNode == true && rules[.failed]?.exitCodes == [75, 3])
        #expect(rules[.lost]?.attempts == 3 && rules[.killed] == nil)
        #expect(sweep.canaries == 3 && sweep.halt == HaltPolicy(failed: 0.2, sameSignature: 10))
        #expect(RetryPolicy(json: sweep.retry.json) == sweep.retry)
    }

    @Test func withoutRulesOnlyDeadAgentsAndNodesAreForgiven() throws {
        let (spec, _) = read(good.split(separator: "\n").prefix(6).joined(separator: "\n"))
        #expect(spec?.retry == .standard && spec?.canaries == 0 && spec?.halt == nil)
    }

    @Test(arguments: mistakes) func mistakesAreFoundInTheirPlace(mistake: Mistake) throws {
        try #require(good.contains(mistake.find))
        let (spec, found) = read(good.replacing(mistake.find, with: mistake.put))
        #expect(spec == nil)
        let text = found.map(\.text).joined()
        #expect(text.contains("sweep.yaml:\(mistake.line):\(mistake.column): error: "), "\(text)")
        for words in mistake.words { #expect(text.contains(words), "\(text)") }
    }
}
