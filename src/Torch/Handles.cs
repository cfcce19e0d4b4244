using System.Runtime.InteropServices;

namespace StyleFarm.Torch;

/// <summary>Owns one native tensor.</summary>
sealed class TensorHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.sf_tensor_free(handle);
        return true;
    }
}

/// <summary>Owns one native frozen convolution with its packed weights.</summary>
sealed class FrozenConvHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.sf_frozen_conv2d_free(handle);
        return true;
    }
}
