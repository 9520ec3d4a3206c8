public import MusterCore

/// What a program found around it, as far as it may be written down: only variables that are named here, and none of these
/// whose value looks like a secret all the same.
public struct EnvironmentRecord: Equatable, Sendable {
    /// Variables that say which software and hardware is used.
    public static let names: Set<String> = [
        "LANG", "LC_ALL", "TZ", "SHELL", "PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHASHSEED", "VIRTUAL_ENV",
        "CONDA_DEFAULT_ENV", "CONDA_PREFIX", "LOADEDMODULES", "MODULEPATH", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "JULIA_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "ROCR_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES", "APPTAINER_CONTAINER", "SINGULARITY_CONTAINER", "R_LIBS", "R_LIBS_USER", "JULIA_PROJECT",
        "JULIA_DEPOT_PATH", "SOURCE_DATE_EPOCH", "HOSTNAME",
    ]
    /// Beginnings of names of such variables.
    public static let beginnings = ["SLURM_JOB", "SLURM_ARRAY", "SLURM_CLUSTER", "SLURM_NODELIST"]

    /// The variables that are told, by name.
    public var variables: [String: String]
    /// How many were not named here, and the names of those that looked like secrets.
    public var leftOut: Int, suspicious: [String]

    /// Takes from an environment what may be told.
    public init(_ environment: [String: String]) {
        let named = environment.filter { name, _ in
            Self.names.contains(name) || Self.beginnings.contains { name.hasPrefix($0) }
        }
        variables = named.filter { name, value in !Secrets.isName(name) && !Secrets.isValue(value) }
        suspicious = named.keys.filter { [variables] in variables[$0] == nil }.sorted()
        leftOut = environment.count - variables.count
    }

    /// The record, variables sorted by name.
    public func json(system: [JSON.Member], taken: Timestamp) -> JSON {
        .object([
            "schema": 1, "taken": .string("\(taken)"), "system": .object(system),
            "variables": .object(variables.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "left_out": .int(leftOut), "suspicious": .strings(suspicious),
        ])
    }
}
