using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Cells;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class InputIndexTests : IDisposable
{
    static readonly FileStamp Stamp = new(1234, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    readonly TempFolder _folder = new();
    readonly List<string> _notices = [];
    readonly SteppedClock _clock = new();

    public void Dispose() => _folder.Dispose();

    string File_ => _folder["state/inputs.db"];

    [Fact]
    public void What_was_put_is_found_at_once_and_after_the_next_start()
    {
        using (var index = Open())
        {
            index.Put("/photos/größe 1.jpg", Stamp, Picture(1));
            index.PutOutput("out/a.png", Output(1));
            Check(index);
        }

        using var again = Open();
        Check(again);
        Assert.Empty(_notices);

        static void Check(InputIndex index)
        {
            Assert.Equal(Picture(1), index.Picture("/photos/größe 1.jpg", Stamp));
            Assert.Equal(Output(1), index.Output("out/a.png"));
        }
    }

    [Fact]
    public void Another_path_size_time_job_or_place_is_not_known()
    {
        using var index = Open();
        index.Put("/a.jpg", Stamp, Picture(1));
        index.PutOutput("a.png", Output(1));

        Assert.Null(index.Picture("/b.jpg", Stamp));
        Assert.Null(index.Picture("/A.jpg", Stamp));
        Assert.Null(index.Picture("/a.jpg", Stamp with { SizeBytes = 1235 }));
        Assert.Null(index.Picture("/a.jpg", Stamp with { ModifiedTicks = Stamp.ModifiedTicks + 1 }));
        Assert.Null(index.Output("b.png"));
    }

    [Fact]
    public void A_later_put_takes_the_place_of_the_earlier()
    {
        using var index = Open();
        index.Put("/a.jpg", Stamp, Picture(1));
        index.Put("/a.jpg", Stamp with { SizeBytes = 5 }, Picture(2));
        index.PutOutput("a.png", Output(1));
        index.PutOutput("a.png", Output(2));

        Assert.Null(index.Picture("/a.jpg", Stamp));
        Assert.Equal(Picture(2), index.Picture("/a.jpg", Stamp with { SizeBytes = 5 }));
        Assert.Equal(Output(2), index.Output("a.png"));
    }

    [Theory]
    [InlineData(1.9, false)]
    [InlineData(2.0, true)]
    [InlineData(-100, false)]
    public void A_picture_that_was_written_just_now_is_not_trusted(double ageSeconds, bool isKept)
    {
        using var index = Open();
        var stamp = Stamp with { ModifiedTicks = _clock.GetUtcNow().UtcTicks - TimeSpan.FromSeconds(ageSeconds).Ticks };

        index.Put("/a.jpg", stamp, Picture(1));

        Assert.Equal(isKept, index.Picture("/a.jpg", stamp) is not null);
    }

    [Fact]
    public void What_was_put_is_kept_with_the_batch_or_after_its_time_or_by_a_flush()
    {
        using var index = Open();
        for (var i = 0; i < InputIndex.BatchSize; i++) index.PutOutput($"{i}", Output(i));
        Assert.Equal(InputIndex.BatchSize, Kept());

        index.PutOutput("x", Output(1));
        _clock.Step(TimeSpan.FromSeconds(1.9));
        index.PutOutput("y", Output(1));
        Assert.Equal(InputIndex.BatchSize, Kept());
        _clock.Step(TimeSpan.FromSeconds(0.1));
        index.PutOutput("z", Output(1));
        Assert.Equal(InputIndex.BatchSize + 3, Kept());

        index.PutOutput("w", Output(1));
        index.Flush();
        Assert.Equal(InputIndex.BatchSize + 4, Kept());
    }

    [Fact]
    public async Task Many_callers_at_once_do_not_disturb_each_other()
    {
        using var index = Open();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                index.Put($"/{caller}/{i}", Stamp, Picture(i));
                Assert.Equal(Picture(i / 2), index.Picture($"/{caller}/{i / 2}", Stamp));
            }
        })));
    }

    [Theory]
    [InlineData("update pictures set sha256=zeroblob(32)")]
    [InlineData("update pictures set width=1")]
    [InlineData("update pictures set checksum='x'")]
    public void A_row_that_was_changed_is_not_believed_and_can_be_put_again(string change)
    {
        using (var index = Open()) index.Put("/a.jpg", Stamp, Picture(1));
        RawSqlite.Run(File_, change);

        using var again = Open();
        Assert.Null(again.Picture("/a.jpg", Stamp));
        again.Put("/a.jpg", Stamp, Picture(1));
        Assert.Equal(Picture(1), again.Picture("/a.jpg", Stamp));
    }

    [Fact]
    public void A_changed_byte_anywhere_costs_memory_of_pictures_and_never_makes_up_one()
    {
        using (var index = Open())
            for (var i = 0; i < 100; i++) index.Put($"/photos/{i}.jpg", Stamp, Picture(i));
        var whole = File.ReadAllBytes(File_);
        const int Seed = 99;
        var random = new Random(Seed);
        var found = 0;
        for (var round = 0; round < 150; round++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 20); i > 0; i--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(File_, bytes);
            foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(File_ + beside);
            using var index = Open();
            for (var i = 0; i < 100; i++)
                if (index.Picture($"/photos/{i}.jpg", Stamp) is { } picture)
                {
                    Assert.True(Picture(i) == picture, $"seed {Seed}, round {round}: picture {i} is {picture}");
                    found++;
                }
        }

        Assert.InRange(found, 1000, 14_999);
        Assert.NotEmpty(_notices);
    }

    [Fact]
    public void A_file_that_is_no_database_is_begun_anew()
    {
        Directory.CreateDirectory(_folder["state"]);
        File.WriteAllText(File_, new string('x', 5000));

        using var index = Open();
        index.Put("/a.jpg", Stamp, Picture(1));

        Assert.Equal(Picture(1), index.Picture("/a.jpg", Stamp));
        Assert.Matches(
            @"inputs\.db: the index of pictures was damaged \(SQLite error 26, .*\) and is begun anew; pictures are read again$",
            Assert.Single(_notices));
    }

    [Fact]
    public void An_index_of_another_version_is_begun_anew()
    {
        using (var index = Open()) index.Put("/a.jpg", Stamp, Picture(1));
        RawSqlite.Run(File_, "pragma user_version=7; alter table pictures add column extra text");

        using var again = Open();

        Assert.Null(again.Picture("/a.jpg", Stamp));
        again.Put("/a.jpg", Stamp, Picture(2));
        Assert.Equal(Picture(2), again.Picture("/a.jpg", Stamp));
    }

    [Fact]
    public void A_database_of_another_program_is_left_alone()
    {
        Directory.CreateDirectory(_folder["state"]);
        RawSqlite.Run(File_, "create table photos (id integer); insert into photos values (1)");

        using (var index = Open())
        {
            index.Put("/a.jpg", Stamp, Picture(1));
            Assert.Null(index.Picture("/a.jpg", Stamp));
        }

        Assert.Contains("a database of another program", Assert.Single(_notices), StringComparison.Ordinal);
        RawSqlite.Run(File_, "insert into photos values (2)");
    }

    [Fact]
    public void Where_it_cannot_be_kept_nothing_is_remembered_and_that_is_told_once()
    {
        Directory.CreateDirectory(File_);

        using var index = Open();
        for (var i = 0; i < 10; i++) index.Put($"/{i}.jpg", Stamp, Picture(1));
        index.Flush();

        Assert.Null(index.Picture("/1.jpg", Stamp));
        Assert.Matches(
            @"inputs\.db: the index of pictures cannot be kept \(.*\); the next run will read all of them again$", Assert.Single(_notices));
    }

    [Fact]
    public void A_full_disk_ends_the_memory_and_nothing_else()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 512);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        using var index = new InputIndex(_folder["disk/inputs.db"], _clock, _notices.Add);

        for (var i = 0; i < 20_000; i++) index.Put($"/photos/with/a/rather/long/name/{i}.jpg", Stamp, Picture(i));

        Assert.Matches(@"the index of pictures cannot be kept \(SQLite error 13, .*full.*\); the next run", Assert.Single(_notices));
    }

    [Fact]
    public void A_stamp_changes_with_its_file_and_nothing_has_none()
    {
        File.WriteAllText(_folder["a"], "one");
        var before = FileStamp.Of(_folder["a"]);
        File.SetLastWriteTimeUtc(_folder["a"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(3, before!.Value.SizeBytes);
        Assert.Equal(new FileStamp(3, Stamp.ModifiedTicks), FileStamp.Of(_folder["a"]));
        Assert.Null(FileStamp.Of(_folder["b"]));
    }

    InputIndex Open() => new(File_, _clock, _notices.Add);

    int Kept()
    {
        using var other = RawSqlite.Open(File_);
        using var command = other.CreateCommand();
        command.CommandText = "select count(*) from outputs";
        return (int)(long)command.ExecuteScalar()!;
    }

    static KnownPicture Picture(int number) => new(number.ToString("x64", null), 100 + number, 200, "Jpeg");

    static KnownOutput Output(int number) => new(new CellId(number.ToString("x32", null)), $"png-{number}");

    sealed class SteppedClock : TimeProvider
    {
        DateTimeOffset _now = new(2024, 6, 1, 0, 0, 0, TimeSpan.Zero);

        public void Step(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;
    }
}
