/// The variables in which schedulers name GPUs to programs.
public enum GPUVariables {
    /// NVIDIA's, AMD's and Intel's; of several that are there the first says what an allocation has.
    public static let names = [
        "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "GPU_DEVICE_ORDINAL",
    ]
    /// Those by which AMD's programs count among the GPUs that ROCR_VISIBLE_DEVICES leaves them.
    private static let belowROCR = ["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL"]

    /// The variables that are there, each with the slot's share of its own words. One that names another number of GPUs
    /// than the first is left alone. `isAMD`: the GPUs are AMD's.
    public static func share(
        of variables: [String: [String]], slot: Int, perJob: Int, sharing: Int, isAMD: Bool
    ) -> [(name: String, value: String)] {
        guard let count = names.lazy.compactMap({ variables[$0]?.count }).first else { return [] }
        let isNarrowed = isAMD && variables["ROCR_VISIBLE_DEVICES"]?.count == count
        return names.compactMap { name in
            guard let tokens = variables[name], tokens.count == count,
                let share = GPUShare.share(slot: slot, perJob: perJob, sharing: sharing, tokens: tokens)
            else { return nil }
            guard isNarrowed, belowROCR.contains(name) else { return (name, share) }
            return (name, GPUShare.tokens(share).indices.map(String.init).joined(separator: ","))
        }
    }

    /// What programs are told of a budget of `bytes` on each GPU: `MUSTER_GPU_MEMORY` in bytes, and JAX's share of a GPU
    /// with `total` bytes, unless somebody has set that already in one of its two names.
    public static func budget(
        _ bytes: Int64, total: Int64?, isSet: (String) -> Bool
    ) -> [(name: String, value: String)] {
        var variables = [(name: "MUSTER_GPU_MEMORY", value: String(bytes))]
        let names = ["XLA_PYTHON_CLIENT_MEM_FRACTION", "XLA_CLIENT_MEM_FRACTION"]
        if let total, total >= bytes, !names.contains(where: isSet) {
            let thousandths = max(1, bytes * 1000 / total)
            let digits = String(thousandths % 1000 + 1000).dropFirst()
            variables.append((names[0], "\(thousandths / 1000).\(digits)"))
        }
        return variables
    }
}
