import MusterCore

/// A GPU that the agent can look at.
struct Device: Equatable {
    /// Its names and numbers.
    var name: GPUName
    /// The model.
    var model: String
    /// Address on the PCI bus as the kernel writes it, `0000:3b:00.0`; nil when it isn't told.
    var bus: String?
    /// CPUs near it; empty when nobody tells.
    var cpus: [Int] = []
}

/// What a device says at a moment.
struct DeviceReading: Equatable {
    /// Use of it by whomever; `own` is left out.
    var use: GPUUse
    /// Memory of processes on it, by pid; nil when that can't be told.
    var processes: [Int: Int64]?
    /// Memory errors that could not be corrected, counted since its driver was loaded.
    var uncorrected: Int64?
}

/// The GPUs of one vendor on this machine.
protocol DeviceSource: AnyObject {
    /// All that this process may use, in the order in which the vendor's programs count them.
    var devices: [Device] { get }
    /// Looks at the device of that position. `pids` are those of interest, where looking at all costs more.
    func read(_ position: Int, pids: Set<Int>) -> DeviceReading
    /// Errors that the driver told since the last call, by the position of their device.
    func newErrors() -> [(position: Int, error: GPUError)]
}

extension DeviceSource {
    /// CPUs near a device of the PCI bus, by the kernel's word.
    static func nearCPUs(bus: String?, root: String) -> [Int] {
        guard let bus, let list = Files.text("\(root)/bus/pci/devices/\(bus)/local_cpulist") else { return [] }
        return CPUChoice.numbers(list)
    }
}
