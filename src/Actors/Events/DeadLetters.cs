namespace StyleFarm.Actors;

/// <summary>A message that nobody took, as an event of <see cref="EventStream"/>.</summary>
public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    public object Message => message;

    public IActorRef Sender => sender;

    public IActorRef Recipient => recipient;

    public override string ToString() => $"{GetType().Name} from {sender} to {recipient}: <{message}>";
}

/// <summary>The receiver was gone, or never was.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

/// <summary>As <see cref="DeadLetter"/>, for messages whose loss is no news.</summary>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>The receiver lives but could not take the message, <see cref="Reason"/> says why.</summary>
public sealed class Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient)
{
    public string Reason => reason;

    public override string ToString() => $"{base.ToString()} ({reason})";
}

/// <summary>An actor had no handler for the message.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);
