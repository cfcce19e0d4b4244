namespace StyleFarm.Actors;

/// <summary>An actor that can put messages aside; the kernel sets the stash after the constructor.</summary>
public interface IWithStash
{
    IStash Stash { get; set; }
}

/// <summary>As <see cref="IWithStash"/>; the limit of the stash is that of the mailbox all the same.</summary>
public interface IWithUnboundedStash : IWithStash;

/// <summary>Messages put aside for another behaviour. They outlive a restart: it puts them back into the mailbox.</summary>
public interface IStash
{
    int Count { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    int Capacity { get; }

    /// <summary>Puts the present message aside.</summary>
    /// <exception cref="IllegalActorStateException">It was already.</exception>
    /// <exception cref="StashOverflowException">The stash is full.</exception>
    void Stash();

    /// <summary>Puts the oldest back in front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all back in front of the mailbox, in their order.</summary>
    void UnstashAll();

    /// <summary>Puts those that fit back in front of the mailbox and forgets the others.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all out.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts these in front of what is in the stash.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}
