import Glibc
import MusterCore

/// AMD's GPUs, by the files of their driver in sysfs and of its clients in /proc.
final class AMDDevices: DeviceSource {
    let devices: [Device]
    private let folders: [String]
    private let sensors: [String?]
    private let processFolder: String
    private let vendor = "0x1002"

    /// Lists the devices; none is no error. `root` is where sysfs is mounted, `processFolder` where /proc is.
    init(root: String = "/sys", processFolder: String = "/proc") {
        self.processFolder = processFolder
        let cards = (Files.names(in: "\(root)/class/drm") ?? []).filter { name in
            name.hasPrefix("card") && name.dropFirst(4).allSatisfy(\.isNumber)
        }
        let vendor = self.vendor
        let found = cards.compactMap { card -> (bus: String, folder: String)? in
            let folder = "\(root)/class/drm/\(card)/device"
            guard Self.line("\(folder)/vendor") == vendor, Files.exists("\(folder)/mem_info_vram_total") else {
                return nil
            }
            return (Self.bus(of: folder) ?? card, folder)
        }.sorted { $0.bus < $1.bus }
        folders = found.map(\.folder)
        sensors = folders.map { folder in
            (Files.names(in: "\(folder)/hwmon") ?? []).min().map { "\(folder)/hwmon/\($0)" }
        }
        devices = found.enumerated().map { index, card in
            Device(
                name: GPUName(
                    id: Self.line("\(card.folder)/unique_id").map { "GPU-\($0)" } ?? "AMD-\(card.bus)", index: index),
                model: Self.line("\(card.folder)/product_name") ?? "AMD GPU", bus: card.bus,
                cpus: Files.text("\(card.folder)/local_cpulist").map(CPUChoice.numbers)
                    ?? Self.nearCPUs(bus: card.bus, root: root))
        }
    }

    func read(_ position: Int, pids: Set<Int>) -> DeviceReading {
        let folder = folders[position]
        func number(_ path: String) -> Int64? { Self.line(path).flatMap { Int64($0) } }
        var use = GPUUse(
            id: devices[position].name.id, used: number("\(folder)/mem_info_vram_used"),
            total: number("\(folder)/mem_info_vram_total"),
            utilization: number("\(folder)/gpu_busy_percent").map { Int($0) })
        if let sensor = sensors[position] {
            use.power = (number("\(sensor)/power1_average") ?? number("\(sensor)/power1_input")).map { $0 / 1000 }
            use.temperature = number("\(sensor)/temp1_input").map { Int($0 / 1000) }
        }
        return DeviceReading(use: use, processes: processes(pids, bus: devices[position].bus))
    }

    func newErrors() -> [(position: Int, error: GPUError)] { [] }

    /// Video memory of the processes on the device, from the driver's words on their open files; nil when no word of that
    /// kind is there.
    private func processes(_ pids: Set<Int>, bus: String?) -> [Int: Int64]? {
        guard let bus else { return nil }
        var found: [Int: Int64] = [:]
        for pid in pids {
            var clients: Set<Int64> = []
            for file in Files.names(in: "\(processFolder)/\(pid)/fd") ?? [] where isOfGPU(pid, file) {
                guard let text = Files.text("\(processFolder)/\(pid)/fdinfo/\(file)"),
                    text.contains("drm-pdev:\t\(bus)"),
                    let client = ProcessCounters.value(of: "drm-client-id", in: text.utf8),
                    clients.insert(client).inserted
                else { continue }
                // The unit behind the number is KiB (drm-usage-stats of the kernel's documentation).
                guard let memory = ProcessCounters.value(of: "drm-memory-vram", in: text.utf8) else { continue }
                found[pid, default: 0] += memory * 1024
            }
        }
        return found.isEmpty ? nil : found
    }

    private func isOfGPU(_ pid: Int, _ file: String) -> Bool {
        Self.target("\(processFolder)/\(pid)/fd/\(file)")?.hasPrefix("/dev/dri/") == true
    }

    private static func line(_ path: String) -> String? {
        Files.text(path)?.split(separator: "\n").first.map(String.init)
    }

    /// The last part of where `device` leads: the address on the bus.
    private static func bus(of folder: String) -> String? {
        target(folder)?.split(separator: "/").last.map(String.init)
    }

    private static func target(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes { space -> Int in
            guard let start = space.baseAddress else { return -1 }
            return readlink(path, start.assumingMemoryBound(to: CChar.self), space.count)
        }
        return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
    }
}
