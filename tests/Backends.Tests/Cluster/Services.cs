using StyleFarm.TestKit.Services;

[assembly: AssemblyFixture(typeof(DevServices))]
