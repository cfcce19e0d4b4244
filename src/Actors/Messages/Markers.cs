namespace StyleFarm.Actors;

/// <summary>Messages that the kernel handles on behalf of every actor.</summary>
public interface IAutoReceivedMessage;

/// <summary>Messages that must not come from strangers.</summary>
public interface IPossiblyHarmful;

/// <summary>Messages whose loss is no news: they become <see cref="SuppressedDeadLetter"/>.</summary>
public interface IDeadLetterSuppression;

/// <summary>Messages that do not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;
