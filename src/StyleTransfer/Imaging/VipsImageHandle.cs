using Microsoft.Win32.SafeHandles;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>An opened image file on the native side; closing it frees the decoder.</summary>
sealed class VipsImageHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public VipsImageHandle(nint image) : base(ownsHandle: true) => SetHandle(image);

    protected override bool ReleaseHandle()
    {
        NativeVips.sf_vips_close(handle);
        return true;
    }
}
