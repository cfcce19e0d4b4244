namespace StyleFarm.Actors;

/// <summary>The parent of what the kernel throws. (Akka.NET's name, so that handlers stay the same.)</summary>
public abstract class AkkaException(string? message, Exception? cause = null) : Exception(message, cause)
{
    protected Exception? Cause => InnerException;
}

/// <summary>A name that is taken or has characters that paths do not take.</summary>
public class InvalidActorNameException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>A null message.</summary>
public class InvalidMessageException(string message = "Message is null") : AkkaException(message);

/// <summary>An ask had no answer in time.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>What <see cref="Kill"/> makes of an actor.</summary>
public class ActorKilledException(string message = "Kill") : AkkaException(message);

/// <summary>A call that the actor's present state forbids.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>A stash is full.</summary>
public class StashOverflowException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>A name of a phase, mailbox or setting that does not exist.</summary>
public class ConfigurationException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>An actor did not handle the <see cref="Terminated"/> of one that it watched.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor => deadActor;
}

/// <summary>An actor failed while it was made.</summary>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null) : AkkaException(message, cause)
{
    public ActorInitializationException(string message, Exception? cause = null) : this(null, message, cause)
    {
    }

    public IActorRef? Actor => actor;

    public override string ToString() => actor is null ? base.ToString() : $"{actor}: {base.ToString()}";
}

/// <summary>An actor failed in its PreRestart; logged, the restart goes on.</summary>
public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(actor,
        $"Exception in PreRestart({cause.GetType()}, {optionalMessage?.GetType().ToString() ?? "null"}): {restartException.Message}", cause)
{
    public Exception RestartException => restartException;

    public object? OptionalMessage => optionalMessage;
}

/// <summary>An actor failed while it was made anew.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType()})", cause)
{
    public Exception OriginalCause => originalCause;
}
