using static StyleFarm.Torch.torch;

namespace StyleFarm.Torch.Tests;

public sealed class DisposeScopeTests : NativeTest
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        var before = Tensor.TotalCount;
        using (var scope = NewDisposeScope())
        {
            _ = ones([2]) + ones([2]);
            Assert.Equal(3, scope.DisposablesCount);
            Assert.Equal(before + 3, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Scopes_nest()
    {
        var outside = ones([1]);
        var before = Tensor.TotalCount;
        using (var outer = NewDisposeScope())
        {
            var kept = ones([1]);
            using (var inner = NewDisposeScope())
            {
                _ = ones([1]);
                Assert.Equal(1, inner.DisposablesCount);
                Assert.Equal(1, outer.DisposablesCount);
            }

            Assert.Equal(before + 1, Tensor.TotalCount);
            Assert.Equal(1, kept.ToDouble());
        }

        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(1, outside.ToDouble());
    }

    [Fact]
    public void A_moved_tensor_belongs_to_the_next_outer_scope()
    {
        Tensor moved;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones([1]).MoveToOuterDisposeScope();
                Assert.Equal(1, outer.DisposablesCount);
            }

            Assert.Equal(1, moved.ToDouble());
        }

        Assert.Throws<ObjectDisposedException>(() => moved.ToDouble());
    }

    [Fact]
    public void A_moved_tensor_climbs_a_scope_at_a_time()
    {
        using var outer = NewDisposeScope();
        using var middle = NewDisposeScope();
        using var inner = NewDisposeScope();

        var moved = ones([1]).MoveToOuterDisposeScope().MoveToOuterDisposeScope();

        Assert.Equal((0, 0, 1), (inner.DisposablesCount, middle.DisposablesCount, outer.DisposablesCount));
        Assert.Equal(1, moved.ToDouble());
    }

    [Fact]
    public void A_detached_tensor_outlives_its_scope()
    {
        var before = Tensor.TotalCount;
        Tensor detached;
        using (NewDisposeScope())
            detached = ones([1]).DetachFromDisposeScope();

        Assert.Equal(1, detached.ToDouble());
        Assert.Same(detached, detached.MoveToOuterDisposeScope());
        detached.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Disposing_twice_frees_once()
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var early = ones([1]);
            early.Dispose();
            early.Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Scopes_must_end_in_reverse_order()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();

        Assert.Throws<InvalidOperationException>(outer.Dispose);

        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void A_scope_ends_on_its_own_thread_and_keeps_to_it()
    {
        using var scope = NewDisposeScope();
        Exception? failure = null;
        var count = -1;

        var thread = new Thread(() =>
        {
            using var made = ones([1]);
            count = scope.DisposablesCount;
            failure = Record.Exception(scope.Dispose);
        });
        thread.Start();
        thread.Join();

        Assert.Equal(0, count);
        Assert.IsType<InvalidOperationException>(failure);
    }

    [Fact]
    public void A_failing_operation_leaves_nothing_behind()
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
            Assert.Throws<TorchException>(() => ones([2]) + ones([3]));

        Assert.Equal(before, Tensor.TotalCount);
    }
}
