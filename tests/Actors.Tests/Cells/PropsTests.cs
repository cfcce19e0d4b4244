using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

public sealed class PropsTests
{
    static readonly string Static = "static";

    string Property { get; } = "property";

    [Fact]
    public void An_expression_gives_type_and_arguments()
    {
        var local = "local";
        var props = Props.Create(() => new Many(1, local, Property, Static, local.Length, null, new List<int> { 1 }.Count, (object)local));

        Assert.Equal(typeof(Many), props.Type);
        Assert.Equal([1, "local", "property", "static", 5, null, 1, "local"], props.Arguments);
    }

    [Fact]
    public void Arguments_are_computed_once_and_each_incarnation_gets_the_same()
    {
        var world = new DeterministicWorld(1);
        var seen = new List<object>();
        var actor = world.System.ActorOf(Props.Create(() => new Fragile(new object(), seen)));
        actor.Tell("fail");
        world.RunUntilIdle();

        Assert.Equal(2, seen.Count);
        Assert.Same(seen[0], seen[1]);
    }

    [Fact]
    public void What_is_no_constructor_call_is_refused()
    {
        var made = new Lazy<Fragile>();

        var error = Assert.Throws<ArgumentException>(() => Props.Create(() => made.Value));

        Assert.StartsWith("The create function must be a 'new T (args)' expression", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_constructor_is_found_by_arguments()
    {
        Assert.Equal([5], Props.Create<Choosy>(5).Arguments);
        Assert.Equal(["text"], Props.Create<Choosy>("text").Arguments);
        Assert.Equal("no constructor for (Char)", Missing('c'));
        Assert.Equal("several constructors for (null)", Missing([null]));
        Assert.Equal("no constructor for (Int32, Int32)", Missing(1, 2));
    }

    [Fact]
    public void A_type_that_is_no_actor_is_refused()
    {
        var type = typeof(string);

        Assert.Throws<ArgumentException>(() => Props.Create(type));
    }

    [Fact]
    public void With_makes_another()
    {
        var props = Props.Create<Choosy>(5);
        var strict = props.WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy).WithMailbox("bounded-8");

        Assert.Null(props.SupervisorStrategy);
        Assert.Same(SupervisorStrategy.StoppingStrategy, strict.SupervisorStrategy);
        Assert.Equal(8, strict.MailboxCapacity);
    }

    static string Missing(params object?[] args)
    {
        var message = Assert.Throws<MissingMethodException>(() => Props.Create<Choosy>(args)).Message;
        return message[(message.IndexOf(" has ", StringComparison.Ordinal) + 5)..];
    }

    sealed class Many(int a, string b, string c, string d, int e, object? f, int g, object h) : ReceiveActor
    {
        public string Text => $"{a}{b}{c}{d}{e}{f}{g}{h}";
    }

    sealed class Fragile : ReceiveActor
    {
        public Fragile(object one, List<object> seen)
        {
            seen.Add(one);
            ReceiveAny(_ => throw new InvalidOperationException("fail"));
        }
    }

    sealed class Choosy : ReceiveActor
    {
        public Choosy(int number) => Receive<int>(_ => Sender.Tell(number));

        public Choosy(string text) => Receive<int>(_ => Sender.Tell(text));

        public Choosy(IActorRef actor) => Receive<int>(_ => Sender.Tell(actor));
    }
}
