import ArgumentParser
import Foundation
import MusterConfig
import MusterCore

/// The options of every command that reads a config.
struct ConfigOptions: ParsableArguments {
    @Argument(help: "The sweep's config file.") var config: String
    @Option(help: "The cluster, by name or path; wins over the config's own.") var cluster: String?
    @Option(name: .customLong("set"), help: "Lay KEY.KEY=VALUE over the config; may be repeated.") var settings:
        [String] = []
    @Option(help: "Put results below this folder instead of the config's experiment.output_root.") var overrideOutput:
        String?
    @Flag(help: "Take warnings about the config for errors.") var strict = false
}

/// A config and its cluster, read and checked.
struct LoadedConfig {
    var spec: SweepSpec
    var cluster: ClusterSpec
    /// The cluster's file; nil for the built-in local one.
    var clusterFile: String?
    /// What it says, with all that it builds on.
    var clusterText: String?
    /// The config's text: as it was written, or with all that it builds on where there is something.
    var text: [UInt8]
    /// Folder of the config file.
    var folder: String
    /// The config with all that it builds on.
    var resolved: ResolvedConfig?

    /// Reads both; warnings go to standard error, errors end the command with status 3.
    static func read(_ options: ConfigOptions) throws -> LoadedConfig {
        let (result, files) = try read(options.config, settings: options.settings, options: options)
        let folder = URL(filePath: Places.absolute(options.config)).deletingLastPathComponent().path
        guard let spec = result.spec else { throw ExitStatus.config(result.found, text: summary(of: result.found)) }
        if !result.found.isEmpty { Terminal.complain(result.found.map(\.text).joined()) }
        let name = options.cluster.map(typedCluster) ?? spec.cluster
        do {
            let cluster = try readCluster(name, project: folder)
            for warning in try ExtraOptions.check(cluster.spec, spec) {
                Terminal.complain(warning.text)
            }
            let composed = result.resolved.flatMap { $0.isComposed ? Array($0.yaml(origin: true).utf8) : nil }
            return LoadedConfig(
                spec: spec, cluster: cluster.spec, clusterFile: cluster.file, clusterText: cluster.text,
                text: composed ?? files.main.bytes, folder: folder, resolved: result.resolved)
        } catch let unknown as UnknownCluster {
            let place = options.cluster == nil ? ["cluster"] : []
            throw ExitStatus.mistake(
                at: place.compactMap { spec.places[$0] }.first, unknown.message, hint: unknown.hint)
        }
    }

    /// What a config says of the provenance of code and data; its cluster is not looked for.
    static func provenance(of config: String) throws -> ProvenancePolicy {
        let (result, _) = try read(config, settings: [], options: try ConfigOptions.parse([config]))
        guard let spec = result.spec else { throw ExitStatus.config(result.found, text: summary(of: result.found)) }
        return spec.provenance
    }

    /// A mistake that shows only at the place where the config is to be used: told with the value's own place, that of
    /// the first of `keys` that the config says, or with `cluster.` before it the cluster file.
    func mistake(at keys: [String], _ message: String, hint: String) -> ExitStatus {
        let places = keys.lazy.compactMap { key in
            key.hasPrefix("cluster.") ? cluster.places[String(key.dropFirst(8))] : spec.places[key]
        }
        return .mistake(at: places.first, message, hint: hint)
    }

    /// Reads a config with the user's own settings and the files that it builds on.
    static func read(
        _ config: String, settings: [String], options: ConfigOptions
    ) throws -> (result: SweepReader.Result, files: ConfigFiles) {
        let path = Places.absolute(config)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExitStatus.config("error: the config '\(config)' can't be read\n  give the path of a YAML file")
        }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let user = "\(Places.userFolder)/config.yaml"
        let files = ConfigFiles(
            main: .init(file: config, bytes: Array(data)),
            user: FileManager.default.contents(atPath: user).map { .init(file: user, bytes: Array($0)) },
            settings: settings, load: load)
        var reading = SweepReader.Options()
        reading.isStrict = options.strict
        reading.presetNames = Places.names(in: "templates/pipelines", suffix: ".yaml", project: folder)
        reading.preset = { name in
            Places.find(name, in: "templates/pipelines", suffix: ".yaml", project: folder).flatMap(text)
        }
        reading.variables = ProcessInfo.processInfo.environment.filter {
            $0.key.hasPrefix("MY3DIS_") && !$0.value.isEmpty
        }
        reading.outputRoot = options.overrideOutput.map { Places.absolute($0) }
        return (SweepReader.read(files, reading), files)
    }

    /// A file that another names, its path taken from there.
    private static func load(_ name: String, from file: String) -> ConfigFiles.Text? {
        // What stands in `--set` or nowhere is taken from the working folder.
        let folder =
            file.hasPrefix("--set") ? "." : URL(filePath: Places.absolute(file)).deletingLastPathComponent().path
        return text(Places.absolute(name, below: Places.absolute(folder)))
    }

    private static func text(_ path: String) -> ConfigFiles.Text? {
        FileManager.default.contents(atPath: path).map { ConfigFiles.Text(file: path, bytes: Array($0)) }
    }

    /// A file that is typed is sought where it is typed, then beside the config as what stands in there.
    private static func typedCluster(_ name: String) -> String {
        let path = Places.absolute(name)
        let isFile = name.contains("/") || name.hasSuffix(".yaml")
        return isFile && FileManager.default.fileExists(atPath: path) ? path : name
    }

    /// Reads a cluster by name or path.
    static func readCluster(
        _ name: String, project: String
    ) throws -> (spec: ClusterSpec, file: String?, text: String?) {
        guard let file = Places.find(name, in: "cluster-configs", suffix: ".yaml", project: project) else {
            if name == "local" { return (.local, nil, nil) }
            let known = Set(Places.names(in: "cluster-configs", suffix: ".yaml", project: project) + ["local"]).sorted()
            let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
            throw UnknownCluster(
                message: "there is no cluster '\(name)'\(near)",
                hint: "known: \(known.joined(separator: ", ")); a path of a cluster file serves too")
        }
        let content = FileManager.default.contents(atPath: file) ?? Data()
        let (spec, text) = try parseCluster(content, file: file, project: project)
        return (spec, file, text)
    }

    /// Reads a cluster from the content of its file.
    static func parseCluster(_ content: Data, file: String, project: String) throws -> (ClusterSpec, String) {
        let files = ConfigFiles(main: .init(file: file, bytes: Array(content))) { name, from in
            let beside = URL(filePath: from).deletingLastPathComponent().appending(path: "\(name).yaml").path
            let found = Places.find(name, in: "cluster-configs", suffix: ".yaml", project: project)
            return Self.text(beside) ?? found.flatMap(Self.text)
        }
        let (spec, found, text) = ClusterReader.read(files)
        guard let spec, let text else { throw ExitStatus.config(found, text: summary(of: found)) }
        return (spec, text)
    }

    /// A name that stands for no cluster here.
    struct UnknownCluster: Error {
        var message: String
        var hint: String
    }

    private static func summary(of found: [Diagnostic]) -> String {
        let errors = found.count { $0.severity == .error }
        return found.map(\.text).joined() + "\(errors) error\(errors == 1 ? "" : "s")"
    }
}
