namespace StyleFarm.Actors.Tests.Refs;

public sealed class ActorPathTests
{
    static readonly ActorPath User = ActorPath.Root("farm") / "user";

    [Fact]
    public void It_has_the_text_of_Akka()
    {
        var path = (User / "a" / "b").WithUid(7);

        Assert.Equal("akka://farm/user/a/b", path.ToString());
        Assert.Equal("akka://farm/user/a/b#7", path.ToStringWithUid());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal(["user", "a", "b"], path.Elements);
        Assert.Equal(("b", "a"), (path.Name, path.Parent.Name));
        Assert.Equal(path, path.Parent.Child("b"));
        Assert.Equal("/", ActorPath.Root("farm").ToStringWithoutAddress());
    }

    [Fact]
    public void Equality_is_of_places_not_of_incarnations()
    {
        Assert.Equal((User / "a").WithUid(1), (User / "a").WithUid(2));
        Assert.Equal((User / "a").GetHashCode(), (User / "a").WithUid(2).GetHashCode());
        Assert.NotEqual(User / "a", User / "b");
        Assert.NotEqual(User / "a", User / "a" / "a");
        Assert.NotEqual(User, ActorPath.Root("other") / "user");
        Assert.True(User / "a" < User / "b" && User / "b" >= User / "a");
    }

    [Theory]
    [InlineData("cell-12_a.b:c@d~e%20", true)]
    [InlineData("", false)]
    [InlineData("$a", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("a#1", false)]
    public void Names_are_of_URI_characters(string name, bool isValid) => Assert.Equal(isValid, ActorPath.IsValidPathElement(name));

    [Fact]
    public void References_are_equal_by_place_and_incarnation()
    {
        var (one, same, later) = (new Stub((User / "a").WithUid(1)), new Stub((User / "a").WithUid(1)), new Stub((User / "a").WithUid(2)));

        Assert.True(one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode());
        Assert.True(one != later && one < later && later > one && one <= same && one >= same);
        Assert.Equal(1, one.CompareTo((object?)null));
        Assert.Throws<ArgumentException>(() => one.CompareTo("a"));
        Assert.Equal("[akka://farm/user/a#1]", one.ToString());
    }

    sealed class Stub(ActorPath path) : MinimalActorRef
    {
        public override ActorPath Path => path;
    }
}
