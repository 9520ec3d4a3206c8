extension SlurmFailure {
    /// What a person does next.
    public var hint: String {
        switch kind {
        case .partition: "see which partitions you may use with: sinfo -s"
        case .account: "see your accounts with: sacctmgr -n show assoc user=$USER format=account,partition,qos"
        case .qos: "see your qualities of service with: sacctmgr -n show assoc user=$USER format=account,qos"
        case .timeLimit: "ask for less time; see each partition's limit with: sinfo -o '%P %l'"
        case .nodeConfiguration:
            "no node has that many CPUs, that much memory or those GPUs; see what there is with: sinfo -o '%P %c %m %G'"
        case .gres: "the site does not count that device; see what it does count with: sinfo -o '%P %G'"
        case .feature: "see the features of the nodes with: sinfo -o '%N %f'"
        case .nodeName: "see the names of the nodes with: sinfo -N"
        case .array:
            "an index is too large or the range is empty; see the limit with: scontrol show config | grep MaxArraySize"
        case .dependency: "check the dependency's form and that its jobs exist: squeue -u $USER -t all"
        case .reservation: "see the reservations with: scontrol show reservation"
        case .license: "see the licenses with: scontrol show licenses"
        case .parameterTooLong: "shorten the job's name, its comment or its paths"
        case .option(let option): "this release of Slurm does not take '\(option)' or its value; change or remove it"
        case .script: "look at the first lines of the script"
        case .submitLimit: "you have as many jobs waiting as the site allows; it is tried again when some have ended"
        case .policy: "the site's limits do not allow this job; see them with: sacctmgr -n show assoc user=$USER"
        case .permission: "ask the site for the right to do this, or check the account and partition"
        case .unknownJob: "the controller does not know this job, or not any more; look for it with sacct"
        case .wrongJobState: "the job's state does not allow this now; see it with: scontrol show job"
        case .controllerUnreachable:
            "the controller did not answer; look for the job by its name before submitting again: squeue -u $USER -t all"
        case .accountingDisabled:
            "this site keeps no accounting; ended jobs can only be seen in squeue for some minutes"
        case .accountingUnreachable: "the accounting database does not answer now; it is asked again later"
        case .unknownField(let field): "this release does not know the field '\(field)'; it is left out"
        case .noSlurm:
            "Slurm's programs are not on the path of a non-interactive shell there; name them in the cluster file"
        case .authentication: "munge does not run on that machine or its clock is wrong; tell the site"
        case .unrecognised: "the outcome is not known; look for the job by its name: squeue -u $USER -t all"
        }
    }
}
