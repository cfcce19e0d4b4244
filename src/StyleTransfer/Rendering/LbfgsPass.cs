namespace StyleFarm.StyleTransfer.Rendering;
static class LbfgsPass { public static void Run(RenderContext context, StyleObjective objective, BatchState state) => throw new NotSupportedException(); }
