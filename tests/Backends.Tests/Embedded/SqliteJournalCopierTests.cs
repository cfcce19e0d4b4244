using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class SqliteJournalCopierTests : JournalCopierContract, IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IJournal Journal(string name) => new SqliteJournal(_folder[$"{name}.db"]);

    protected override IJournalCopier Copier(string name) => new SqliteJournalCopier(_folder[$"{name}.db"]);
}
