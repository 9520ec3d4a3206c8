import MusterCore
import MusterProvenance
import Testing

@Suite struct RecordTests {
    @Test(arguments: ["A", "1-ABCD", "9Z-0000-AAAA", "ABCD", "0000", "2-ABCD@3-EFGH", "EXEC-AAAA-BBBB-CCCC"])
    func identifiersOfTheGrammar(_ text: String) { #expect(ResourceID(text)?.description == text) }

    @Test(arguments: [
        "", "a", "ABCDE", "1-ABC", "1-ABCDE", "1-abcd", "-ABCD", "1-", "1--ABCD", "1-ABCD@", "@1", "1@2@3", "1-ABCD@x",
        "1 ", "É",
    ])
    func textsThatAreNone(_ text: String) { #expect(ResourceID(text) == nil) }

    @Test func executionsOfRunsJobsAndProgramsAreToldApart() {
        var random = SystemRandomNumberGenerator()
        let id = ResourceID.make(using: &random)
        #expect(ResourceID("\(id)") == id && ExecutionID("\(id)") == .program(id))
        let run = "DEMO-20261121-010203-ab12"
        #expect(ExecutionID(run) == .run(run))
        #expect(ExecutionID("\(run)/lr-0.1/a") == .job(run: run, job: "lr-0.1/a"))
        #expect(ExecutionID("\(run)/") == nil && ExecutionID("") == nil)
        for text in ["\(id)", run, "\(run)/p/s"] { #expect(ExecutionID(text)?.description == text) }
    }

    @Test func versionsOfDataSetsInThreeForms() throws {
        for text in [#""1.2.3""#, "[1,2,3]", #"{"major":1,"minor":2,"patch":3}"#] {
            #expect(DatasetSpec.Version(json: try JSON(parsing: text)) == .init(1, 2, 3))
        }
        for text in [#""1.2""#, "[1,2]", #""1.2.x""#, #"{"major":1}"#, "[1,-2,3]", "1", "null"] {
            #expect(DatasetSpec.Version(json: try JSON(parsing: text)) == nil, "\(text)")
        }
        #expect(DatasetSpec(json: try JSON(parsing: #"{"rid":"1-ABCD"}"#)) == nil, "a version must be there")
        let spec = try #require(DatasetSpec(json: try JSON(parsing: #"{"rid":"1-ABCD","version":"1.0.2"}"#)))
        #expect(spec.materialize && DatasetSpec(json: spec.json) == spec)
    }

    @Test func aConfigurationIsReadAsItIsWrittenButForTheArguments() throws {
        let text =
            #"{"datasets":[{"rid":"1-ABCD","version":[1,0,0]}],"assets":["a.csv",{"rid":"b","cache":true}],"argv":["old"],"description":"d","config_choices":{"model":"small"}}"#
        let configuration = try #require(ExecutionConfiguration(json: try JSON(parsing: text), argv: ["new"]))
        #expect(configuration.argv == ["new"] && configuration.assets.map(\.cache) == [false, true])
        #expect(ExecutionConfiguration(json: configuration.json, argv: ["new"]) == configuration)
        #expect(
            ExecutionConfiguration(json: try JSON(parsing: #"{"assets":[{"rid":"a","asset_role":"Both"}]}"#), argv: [])
                == nil)
    }

    @Test(arguments: [
        "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PASSWORD", "PGPASSWORD", "API_KEY", "SSH_AUTH_SOCK", "KEY",
        "OPENAI_APIKEY", "session_id", "DB_PWD", "HF_TOKEN", "COOKIE", "SENTRY_DSN",
    ])
    func namesOfSecrets(_ name: String) { #expect(Secrets.isName(name)) }

    @Test(arguments: ["PATH", "PWD", "OMP_NUM_THREADS", "KEYBOARD", "MONKEY", "LANG", "SLURM_JOB_ID"])
    func namesThatAreNone(_ name: String) { #expect(!Secrets.isName(name)) }

    @Test(arguments: [
        "ghp_abcdefghijklmnop", "https://me:pw@example.org/x", "postgres://u:p@h/db", "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.e30.x", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12",
        "https://x.org/?token=abc", "/opt/bin:ghp_abcdefghijklmnop", "user=x password=y", "hf_abcdefghijklmnop",
        "https://0123456789abcdef0123@example.org/", "{\"secret\": 1}",
    ])
    func shapesOfSecrets(_ text: String) { #expect(Secrets.isValue(text)) }

    @Test(arguments: [
        "/usr/local/bin:/usr/bin:/bin", "en_US.UTF-8", "0,1,2,3", "GPU-5f1f3b6e-0a4e-4a0a-9d2e-3b6e5f1f3b6e",
        "python/3.11:cuda/12.4", "/home/me/.conda/envs/torch-2.3", "sha256", "results/lr-0.1/scene_0001.csv",
        "a long description of what this is",
    ])
    func shapesThatAreNone(_ text: String) { #expect(!Secrets.isValue(text)) }

    @Test func anEnvironmentIsToldByAListAndNothingSecretOfIt() {
        let record = EnvironmentRecord([
            "LANG": "C", "PATH": "/bin", "SECRET": "x", "MY_VAR": "y", "PYTHONPATH": "/a:https://u:p@h/b",
            "SLURM_JOB_ID": "7", "SLURM_JOB_TOKEN": "z", "CONDA_PREFIX": "eyJhbGciOiJIUzI1NiJ9",
        ])
        #expect(record.variables == ["LANG": "C", "PATH": "/bin", "SLURM_JOB_ID": "7"])
        #expect(record.suspicious == ["CONDA_PREFIX", "PYTHONPATH", "SLURM_JOB_TOKEN"] && record.leftOut == 5)
        let text = record.json(system: [], taken: Timestamp(seconds: 0)).line
        for secret in ["eyJ", "u:p", "\"z\"", "\"x\"", "\"y\""] { #expect(!text.contains(secret)) }
    }

    @Test func argumentsAreToldWithoutSecrets() {
        #expect(
            Secrets.redacted(["run", "--token", "abc", "--password=pw", "--lr", "0.1", "-k", "v", "API_KEY=1", "LR=2"])
                == [
                    "run", "--token", Secrets.mark, "--password=\(Secrets.mark)", "--lr", "0.1", "-k", "v",
                    "API_KEY=\(Secrets.mark)", "LR=2",
                ])
        #expect(Secrets.redacted(["--token", "--verbose", "x"]) == ["--token", "--verbose", "x"])
        #expect(Secrets.redacted(["https://a:b@c/d"]) == [Secrets.mark])
    }

    @Test func runsAndJobsHaveTheStatusThatFollowsFromTheirEnds() {
        let expected: [(Standing, ExecutionStatus)] = [
            (.planned, .created), (.submitted, .created), (.queued, .created), (.running, .running),
            (.ended(.succeeded), .stopped), (.ended(.partial), .stopped), (.ended(.cancelled), .aborted),
        ]
        for (standing, status) in expected {
            #expect(ExecutionStatus.ofJob(standing, hasOutputs: false) == status)
        }
        for outcome in Outcome.allCases where ![.succeeded, .partial, .cancelled].contains(outcome) {
            #expect(ExecutionStatus.ofJob(.ended(outcome), hasOutputs: true) == .failed)
        }
        #expect(ExecutionStatus.ofJob(.ended(.partial), hasOutputs: true) == .uploaded)
        func run(_ counts: [Standing: Int], cancelled: Bool = false, over: Bool = false, outputs: Bool = false)
            -> ExecutionStatus
        {
            ExecutionStatus.ofRun(counts, isCancelled: cancelled, isOver: over, hasOutputs: outputs)
        }
        let good = Standing.ended(.succeeded)
        #expect(run([.queued: 2]) == .created && run([:]) == .stopped)
        #expect(run([.queued: 2, .running: 1]) == .running && run([.queued: 1, good: 1]) == .running)
        #expect(run([good: 2], over: true) == .stopped && run([good: 2], over: true, outputs: true) == .uploaded)
        #expect(run([good: 2, .ended(.oomHost): 1], over: true) == .failed)
        #expect(run([good: 1, .queued: 1], over: true) == .failed, "over with something that never ran")
        #expect(run([good: 1], cancelled: true, over: true) == .aborted)
        #expect(run([.ended(.cancelled): 2], over: true) == .aborted)
        #expect(run([.ended(.cancelled): 2, good: 1], over: true) == .stopped)
    }
}
