namespace StyleFarm.Actors;

/// <summary>The result of a task as a message: how a turn waits for work without blocking.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the result, or <see cref="Status.Failure"/>, when the task is done; the mappings run outside of any turn.</summary>
    /// <param name="taskToPipe">The work.</param>
    /// <param name="recipient">Who gets it; mostly the caller itself.</param>
    /// <param name="sender">As whose message.</param>
    /// <param name="success">Makes the message from the result; null for the result itself.</param>
    /// <param name="failure">Makes the message from the error; null for <see cref="Status.Failure"/>.</param>
    public static Task PipeTo<T>(this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null)
    {
        return When(taskToPipe, recipient, () => Deliver(taskToPipe, recipient, sender, failure, () =>
            (success is null ? taskToPipe.Result : success(taskToPipe.Result)) ?? throw new InvalidMessageException()));
    }

    /// <inheritdoc cref="PipeTo{T}(Task{T}, ICanTell, IActorRef?, Func{T, object}?, Func{Exception, object}?)"/>
    public static Task PipeTo<T>(this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <inheritdoc cref="PipeTo(Task, ICanTell, IActorRef?, Func{object}?, Func{Exception, object}?)"/>
    public static Task PipeTo(this ValueTask taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <summary>Sends what <paramref name="success"/> makes, if given, or the failure, when the task is done.</summary>
    /// <inheritdoc cref="PipeTo{T}(Task{T}, ICanTell, IActorRef?, Func{T, object}?, Func{Exception, object}?)"/>
    public static Task PipeTo(this Task taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null)
    {
        return When(taskToPipe, recipient, () => Deliver(taskToPipe, recipient, sender, failure, success));
    }

    static Task When(Task task, ICanTell recipient, Action deliver)
    {
        var dispatcher = ((recipient as LocalActorRef)?.Cell ?? ActorCell.Current)?.System.Dispatcher;
        return task.ContinueWith(static (_, deliver) => ((Action)deliver!)(), deliver, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, dispatcher?.TaskScheduler ?? TaskScheduler.Default);
    }

    static void Deliver(Task task, ICanTell recipient, IActorRef? sender, Func<Exception, object>? failure, Func<object>? success)
    {
        object? message;
        try
        {
            if (!task.IsCompletedSuccessfully) task.GetAwaiter().GetResult();
            message = success?.Invoke();
        }
        catch (Exception error)
        {
            message = failure is null ? new Status.Failure(error) : failure(error);
        }
        if (message is not null) recipient.Tell(message, sender);
    }
}
