using System.Runtime.ExceptionServices;

namespace StyleFarm.Actors;

/// <summary>
/// Birth, failure, restart and end of a cell's incarnations. A cell that failed is suspended until its parent decides; a restart or an end
/// waits for the children that die with it.
/// </summary>
internal sealed class Lifecycle(ActorCell cell)
{
    readonly List<SystemMessage> _deferred = [];
    LocalActorRef? _perpetrator;
    object? _failedMessage;
    SupervisorStrategy? _strategy;

    public void Handle(SystemMessage message)
    {
        if (MustWait(message))
        {
            _deferred.Add(message);
            return;
        }
        try
        {
            Dispatch(message);
        }
        catch (Exception error)
        {
            Fail(error);
        }
        HandleDeferred();
    }

    /// <summary>The incarnation threw: nothing more until the parent decides.</summary>
    public void Fail(Exception cause)
    {
        // A cell that fails again before the decision adds nothing to decide.
        if (_perpetrator is not null) return;
        cell.Mailbox.Suspend();
        _failedMessage = cell.CurrentMessage is SystemMessage ? null : cell.CurrentMessage;
        _perpetrator = (cell.CurrentMessage as Failed)?.Child ?? cell.Self;
        foreach (var child in cell.Children.Snapshot())
            if (!ReferenceEquals(child, _perpetrator)) child.SendSystem(new Suspend());
        cell.ParentRef.SendSystem(new Failed(cell.Self, cause));
    }

    // While children die nothing may begin that would change what is waited for; a suspended parent decides nothing.
    bool MustWait(SystemMessage message) => message switch
    {
        Recreate or Suspend or Resume => cell.Children.IsWaiting,
        Failed => cell.Children.IsWaiting || cell.Mailbox.IsSuspended,
        _ => false,
    };

    void HandleDeferred()
    {
        if (_deferred.Count == 0 || cell.Mailbox.IsClosed || _deferred.TrueForAll(MustWait)) return;
        SystemMessage[] again = [.. _deferred];
        _deferred.Clear();
        foreach (var message in again) Handle(message);
    }

    void Dispatch(SystemMessage message)
    {
        switch (message)
        {
            case Continuation continuation:
                cell.Continue(continuation);
                break;
            case DeathNotice notice:
                cell.Watches.NoteDeath(notice.Actor);
                if (notice.Actor is LocalActorRef child) ForgetChild(child);
                break;
            case Watch watch:
                cell.Watches.AddWatcher(watch.Watcher);
                break;
            case Unwatch unwatch:
                cell.Watches.RemoveWatcher(unwatch.Watcher);
                break;
            case Create:
                Begin();
                break;
            case Terminate:
                End();
                break;
            case Failed failed:
                Supervise(failed);
                break;
            case Suspend:
                cell.Mailbox.Suspend();
                Tell(cell.Children.Snapshot(), static () => new Suspend());
                break;
            case Resume resume:
                GoOn(resume.Cause);
                break;
            case Recreate recreate:
                Restart(recreate.Cause);
                break;
        }
    }

    void Begin()
    {
        try
        {
            cell.Actor = cell.NewActor();
            cell.Actor.BeginLife();
        }
        catch (Exception error)
        {
            Release(cell.Actor);
            throw new ActorInitializationException(cell.Self, "Exception during creation", error);
        }
        cell.RearmIdleTimer();
    }

    void Supervise(Failed failed)
    {
        (cell.CurrentMessage, cell.SenderOrNull) = (failed, failed.Child);
        // A failure of a child that is gone by now was decided by its end.
        if (cell.Children.Find(failed.Child) is not { } stats) return;
        _strategy ??= cell.Props.SupervisorStrategy ?? cell.Actor?.Strategy() ?? SupervisorStrategy.DefaultStrategy;
        if (!_strategy.HandleFailure(cell, stats, failed.Cause)) ExceptionDispatchInfo.Throw(failed.Cause);
    }

    void GoOn(Exception? cause)
    {
        if (cell.Actor is null)
        {
            CreateAfterFailure();
            return;
        }
        var perpetrator = _perpetrator;
        cell.Mailbox.Resume();
        if (cause is not null) _perpetrator = null;
        foreach (var child in cell.Children.Snapshot()) child.SendSystem(new Resume(ReferenceEquals(child, perpetrator) ? cause : null));
        cell.RearmIdleTimer();
    }

    void Restart(Exception cause)
    {
        if (cell.Actor is null)
        {
            CreateAfterFailure();
            return;
        }
        var failed = cell.Actor;
        try
        {
            cell.CurrentMessage = _failedMessage;
            failed.EndIncarnation(cause, _failedMessage);
        }
        catch (Exception error)
        {
            cell.System.LogError(new PreRestartException(cell.Self, error, cause, _failedMessage), cell, error.Message);
        }
        Release(failed);
        if (!cell.Children.WaitForDying(new Pending.Recreation(cause))) FinishRecreation(cause);
    }

    void FinishRecreation(Exception cause)
    {
        var survivors = cell.Children.Snapshot();
        try
        {
            cell.Mailbox.Resume();
            cell.CurrentMessage = null;
            (_perpetrator, _failedMessage, _strategy) = (null, null, null);
            cell.Actor = cell.NewActor();
            cell.Actor.ContinueLife(cause);
            foreach (var child in survivors) child.SendSystem(new Recreate(cause));
            cell.RearmIdleTimer();
        }
        catch (Exception error)
        {
            Release(cell.Actor);
            Fail(new PostRestartException(cell.Self, error, cause));
        }
    }

    void CreateAfterFailure()
    {
        cell.SetReceiveTimeout(null);
        foreach (var child in cell.Children.Snapshot()) cell.Stop(child);
        if (!cell.Children.WaitForDying(new Pending.Creation())) FinishCreation();
    }

    void FinishCreation()
    {
        cell.Mailbox.Resume();
        (_perpetrator, _failedMessage) = (null, null);
        Begin();
    }

    void End()
    {
        cell.SetReceiveTimeout(null);
        cell.Watches.UnwatchAll();
        var again = cell.Children.IsTerminating;
        var children = cell.Children.BeginTermination();
        Tell(children, static () => new Terminate());
        if (children.Length == 0) FinishTermination();
        else if (!again)
        {
            cell.Mailbox.Suspend();
            // Failures on the way out are no news for the parent.
            _perpetrator = cell.Self;
        }
    }

    void FinishTermination()
    {
        var actor = cell.Actor;
        try
        {
            actor?.EndLife();
        }
        catch (Exception error)
        {
            cell.System.LogError(error, cell, error.Message);
        }
        Release(actor);
        cell.Mailbox.Close();
        cell.System.EventStream.Unsubscribe(cell.Self);
        cell.ParentRef.SendSystem(new DeathNotice(cell.Self));
        cell.Watches.TellWatchers();
        cell.Watches.UnwatchAll();
    }

    void ForgetChild(LocalActorRef child)
    {
        switch (cell.Children.Remove(child))
        {
            case Pending.Recreation recreation:
                FinishRecreation(recreation.Cause);
                break;
            case Pending.Creation:
                FinishCreation();
                break;
            case Pending.Termination:
                FinishTermination();
                break;
        }
    }

    void Release(ActorBase? actor)
    {
        cell.Forget();
        if (actor is not IDisposable disposable) return;
        try
        {
            disposable.Dispose();
        }
        catch (Exception error)
        {
            cell.System.LogError(error, cell, error.Message);
        }
    }

    static void Tell(LocalActorRef[] children, Func<SystemMessage> make)
    {
        foreach (var child in children) child.SendSystem(make());
    }
}
