using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Systems;

public sealed class ActorSystemTests
{
    readonly DeterministicWorld _world = new(1);

    ActorSystem System => _world.System;

    [Fact]
    public void It_ends_children_before_parents_and_users_before_its_own()
    {
        var lines = new List<string>();
        var parent = System.ActorOf(Props.Create<Noted>(lines, 2), "a");
        System.SystemGuardian.ActorOf(Props.Create<Noted>(lines, 0), "s");
        _world.RunUntilIdle();

        _world.Await(System.Terminate());

        Assert.Equal(["/user/a/c/c", "/user/a/c", "/user/a", "/system/s"], lines);
        Assert.Throws<InvalidOperationException>(() => System.ActorOf(Props.Create<Noted>(lines, 0)));
        Assert.Equal("/user/a", parent.Path.ToStringWithoutAddress());
    }

    [Fact]
    public void It_ends_once_and_tells_those_who_registered()
    {
        var told = 0;
        System.RegisterOnTermination(() => told++);

        _world.Await(Task.WhenAll(System.Terminate(), System.Terminate()));
        System.Dispose();
        _world.RunUntilIdle();

        Assert.Equal(1, told);
        Assert.Throws<InvalidOperationException>(() => System.RegisterOnTermination(() => told++));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("$a")]
    public void A_name_that_no_path_takes_is_refused(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name));

    [Fact]
    public void Limits_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ActorSystem.Create("a", new ActorSystemOptions { MailboxCapacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActorSystem.Create("a", new ActorSystemOptions { Throughput = 0 }));
    }

    [Fact]
    public async Task The_log_goes_to_the_writer_it_was_given()
    {
        var lines = new List<string>();
        var written = new TaskCompletionSource();
        var system = ActorSystems.Create("logged", TimeProvider.System, line =>
        {
            lines.Add(line.ToString());
            if (line.Cause is not null) written.SetResult();
        });

        system.ActorOf(Props.Create<Noisy>(), "noisy").Tell("x");
        await written.Task;

        Assert.Equal("[INFO][akka://logged/user/noisy] got x", lines[0]);
        Assert.StartsWith("[ERROR][akka://logged/user/noisy] bad x\nCause: System.InvalidOperationException: why", lines[1],
            StringComparison.Ordinal);
        await system.Terminate();
    }

    [Fact]
    public void Actors_made_without_names_get_names_of_their_own()
    {
        var names = Enumerable.Range(0, 5000).Select(_ => System.ActorOf(Props.Create<Noisy>()).Path.Name).ToArray();

        Assert.Equal(5000, names.Distinct().Count());
        Assert.Equal(["$a", "$b", "$c"], names[..3]);
    }

    sealed class Noted : ReceiveActor
    {
        readonly List<string> _lines;

        public Noted(List<string> lines, int depth)
        {
            _lines = lines;
            if (depth > 0) Context.ActorOf(Props.Create<Noted>(lines, depth - 1), "c");
        }

        protected override void PostStop() => _lines.Add(Self.Path.ToStringWithoutAddress());
    }

    sealed class Noisy : ReceiveActor
    {
        readonly ILoggingAdapter _log = Context.GetLogger();

        public Noisy() => Receive<string>(text =>
        {
            _log.Info("got {0}", text);
            _log.Error(new InvalidOperationException("why"), "bad {0}", text);
        });
    }
}
