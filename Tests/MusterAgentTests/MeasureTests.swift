import Foundation
import MusterCore
import Testing

@testable import MusterAgent

/// What is measured of programs, and of AMD's GPUs by files.
@Suite struct MeasureTests {
    private func stageEnding(_ bench: AgentBench) throws -> Ending {
        try #require(
            bench.facts.compactMap { if case .stageEnded(_, "s", let ending, _) = $0.body { ending } else { nil } }
                .first)
    }

    /// Of a program that ended before anybody looked: its last counts are read when it is reaped.
    @Test func `bytes that went to storage count, also those of children`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "dd if=/dev/zero of=big bs=1M count=8 conv=fsync 2>/dev/null; true")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let usage = try #require(try stageEnding(bench).usage)
        let written = try #require(usage.written)
        // A file system in memory has no storage behind it.
        let isInMemory = try FileManager.default.attributesOfFileSystem(forPath: bench.root)[.systemFreeNodes] == nil
        #expect(isInMemory || written >= 8 << 20, "\(usage)")
        #expect(usage.read != nil && (usage.cpu ?? -1) >= 0)
        #expect(usage.pss == nil)
    }

    @Test func `shared memory counts once where the config asks for it`() throws {
        let bench = try AgentBench()
        // 64 MiB are read by a parent and stay shared with its two children.
        bench.stage(
            "s",
            shell: """
                perl -e '$x = q(x) x (64 << 20);
                  for (1..2) {{ $pid = fork or do {{ sleep 60; exit }}; push @children, $pid }}
                  until (`cat \(bench.paths.lanes)/*/live.json 2>&1` =~ /"rss":(\\d+)/ && $1 > 150 << 20) {{
                    select undef, undef, undef, 0.05 }}
                  kill 9, @children'
                """)
        bench.job("a")
        bench.measures = [.pss]
        try bench.write(blocks: [[0]])
        try bench.run()
        let ending = try stageEnding(bench)
        let pss = try #require(ending.usage?.pss)
        let rss = ending.peakRSS ?? 0
        #expect(rss > 150 << 20 && pss > 60 << 20 && pss < rss / 2, "\(ending)")
    }

    @Test func `AMD's GPUs are read from the files of their driver`() throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/amd").path
        let devices = AMDDevices(root: "\(fixture)/sys", processFolder: "\(fixture)/proc")
        let device = try #require(devices.devices.first)
        #expect(device.name == GPUName(id: "GPU-a1b2c3d4e5f60718", index: 0))
        #expect(device.model == "AMD Instinct MI210" && device.bus == "0000:c1:00.0")
        #expect(device.cpus == Array(48...63) + Array(112...127))
        let reading = devices.read(0, pids: [4242, 1])
        #expect(
            reading.use
                == GPUUse(
                    id: "GPU-a1b2c3d4e5f60718", used: 11_534_336, total: 68_702_699_520, utilization: 37,
                    power: 93_000, temperature: 41))
        // Two descriptors of one client count once.
        #expect(reading.processes == [4242: 2048 << 10])
    }

    @Test func `a machine without them has none`() {
        #expect(AMDDevices(root: "/nonexistent").devices.isEmpty)
    }

    @Test func `a process is read whatever its name holds`() throws {
        let own = try #require(ProcessStat(pid: Int(getpid())))
        #expect(own.state == "R" || own.state == "S")
        #expect(own.threads >= 1 && own.pages > 0 && own.start > 0 && own.group == Int(getpgrp()))
        let program = Process()
        program.executableURL = URL(filePath: "/bin/bash")
        program.arguments = ["-c", #"printf 'a) Z 1 2 (' > /proc/self/comm; echo; read -r"#]
        let (input, output) = (Pipe(), Pipe())
        (program.standardInput, program.standardOutput) = (input, output)
        try program.run()
        defer { try? input.fileHandleForWriting.close() }
        _ = output.fileHandleForReading.availableData
        let stat = try #require(ProcessStat(pid: Int(program.processIdentifier)))
        #expect(stat.state != "Z" && stat.threads == 1)
    }
}
