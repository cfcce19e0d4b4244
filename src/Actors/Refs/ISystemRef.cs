namespace StyleFarm.Actors;

/// <summary>A reference that takes part in supervision and death watch.</summary>
internal interface ISystemRef : IActorRef
{
    void SendSystem(SystemMessage message);
}
