import MusterCLI

await Muster.main()
