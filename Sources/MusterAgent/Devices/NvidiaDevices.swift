import CShims
import MusterCore

/// NVIDIA's GPUs, by the driver's own library, which is loaded when it is there.
final class NvidiaDevices: DeviceSource {
    let devices: [Device]
    /// The driver's version.
    let driver: String
    private let handles: [cshims_nvml_device]
    private var processes = [cshims_nvml_process](repeating: cshims_nvml_process(), count: 256)

    /// Why there are none.
    struct Absent: Error {
        /// One sentence.
        var reason: String
    }

    /// Loads the library and lists the devices.
    init() throws(Absent) {
        var reason = [CChar](repeating: 0, count: 512)
        guard cshims_nvml_open(&reason, reason.count) == 0 else { throw Absent(reason: Self.text(of: reason)) }
        var space = [cshims_nvml_device](repeating: cshims_nvml_device(), count: 128)
        let count = Int(cshims_nvml_devices(&space, 128))
        guard count > 0 else { throw Absent(reason: "NVIDIA's driver lets this process use no GPU") }
        handles = Array(space.prefix(count))
        var version = [CChar](repeating: 0, count: 96)
        cshims_nvml_driver(&version, version.count)
        driver = Self.text(of: version)
        let wholes = Dictionary(
            handles.filter { $0.gpu_instance < 0 }.map { ($0.whole, Self.text($0.uuid)) }, uniquingKeysWith: { $1 })
        devices = handles.map { handle in
            let bus = Self.kernelBus(Self.text(handle.bus))
            let isInstance = handle.gpu_instance >= 0
            return Device(
                name: GPUName(
                    id: Self.text(handle.uuid), index: Int(handle.index),
                    whole: isInstance ? wholes[handle.whole] : nil,
                    gpuInstance: isInstance ? Int(handle.gpu_instance) : nil,
                    computeInstance: isInstance ? Int(handle.compute_instance) : nil,
                    isDivided: handle.is_divided != 0),
                model: Self.text(handle.name), bus: bus, cpus: Self.nearCPUs(bus: bus, root: "/sys"))
        }
        for handle in handles where handle.gpu_instance < 0 {
            _ = withUnsafePointer(to: handle) { cshims_nvml_listen($0) }
        }
    }

    func read(_ position: Int, pids: Set<Int>) -> DeviceReading {
        var handle = handles[position]
        var raw = cshims_nvml_reading()
        cshims_nvml_read(&handle, &raw)
        func known(_ value: Int64) -> Int64? { value < 0 ? nil : value }
        let total = known(raw.total)
        var reading = DeviceReading(
            use: GPUUse(
                id: devices[position].name.id,
                // What the driver keeps for itself can't be had either.
                used: total.flatMap { total in known(raw.free).map { total - $0 } }, total: total,
                utilization: raw.utilization < 0 ? nil : Int(raw.utilization), power: known(Int64(raw.milliwatts)),
                temperature: raw.celsius < 0 ? nil : Int(raw.celsius)),
            processes: nil, uncorrected: known(raw.uncorrected))
        let count = Int(cshims_nvml_processes(&handle, &processes, Int32(processes.count)))
        if count >= 0, processes.prefix(count).allSatisfy({ $0.used >= 0 }) {
            reading.processes = Dictionary(
                processes.prefix(count).map { (Int($0.pid), $0.used) }, uniquingKeysWith: +)
        }
        return reading
    }

    func newErrors() -> [(position: Int, error: GPUError)] {
        var errors: [(position: Int, error: GPUError)] = []
        var raw = cshims_nvml_error()
        while errors.count < 256, cshims_nvml_next_error(&raw) == 1 {
            for position in handles.indices where concerns(raw, handles[position]) {
                errors.append(
                    (position, GPUError(gpu: devices[position].name.id, kind: .xid, number: raw.code)))
            }
        }
        return errors
    }

    /// An error of a divided GPU concerns one instance of it, or all.
    private func concerns(_ error: cshims_nvml_error, _ device: cshims_nvml_device) -> Bool {
        guard device.whole == error.whole else { return false }
        return error.gpu_instance < 0 || device.gpu_instance < 0
            || device.gpu_instance == error.gpu_instance
                && (error.compute_instance < 0 || device.compute_instance == error.compute_instance)
    }

    /// The library's `00000000:3B:00.0` as the kernel's `0000:3b:00.0`.
    private static func kernelBus(_ text: String) -> String? {
        guard text.utf8.count > 8, let colon = text.firstIndex(of: ":") else { return nil }
        return text[..<colon].suffix(4).lowercased() + text[colon...].lowercased()
    }

    private static func text(of buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func text<Tuple>(_ tuple: Tuple) -> String {
        withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
