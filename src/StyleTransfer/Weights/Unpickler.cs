using System.Numerics;

using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// A pickle machine that can only put together dictionaries, lists, numbers, texts and tensors. It knows the opcodes that torch.save
/// writes and the globals of <see cref="PickleGlobals"/>; anything else is refused by name and place, and nothing is ever run.
/// </summary>
sealed class Unpickler
{
    readonly PickleReader _reader;
    readonly PickleStack _stack;

    public Unpickler(PickleReader reader)
    {
        _reader = reader;
        _stack = new PickleStack(reader);
        Constructors = new PickleConstructors(reader);
    }

    public PickleConstructors Constructors { get; }

    /// <summary>Runs one pickle up to its STOP and returns its value; the reader stands behind it.</summary>
    public object? Load()
    {
        for (var count = 0; ; count++)
        {
            var offset = _reader.Position;
            if (count == PickleLimits.Opcodes) throw _reader.Refuse($"more than {PickleLimits.Opcodes} opcodes", offset);
            _stack.OpcodeOffset = offset;
            var opcode = _reader.ReadByte();
            if (opcode == (byte)'.') break;
            if (!Atom(opcode) && !Memo(opcode, offset) && !Container(opcode, offset) && !Call(opcode, offset))
                throw _reader.Refuse($"opcode 0x{opcode:x2}{Name(opcode)}, which no weights file needs,", offset);
        }
        var value = _stack.Pop();
        if (_stack.Count != 0) throw _reader.Refuse("values left over behind the end of the pickle", _stack.OpcodeOffset);
        return value;
    }

    static string Name(byte opcode) => (char)opcode switch
    {
        'i' => " (INST)",
        'o' => " (OBJ)",
        'P' => " (PERSID)",
        '\x82' or '\x83' or '\x84' => " (EXT)",
        '\x8b' => " (LONG4)",
        '\x92' => " (NEWOBJ_EX)",
        '\x8d' or '\x8e' => " (a text or bytes of 8-byte length)",
        _ => "",
    };

    bool Atom(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N': _stack.Push(null); return true;
            case 0x88: _stack.Push(true); return true;
            case 0x89: _stack.Push(false); return true;
            case (byte)'K': _stack.Push((long)_reader.ReadByte()); return true;
            case (byte)'M': _stack.Push((long)_reader.ReadUInt16()); return true;
            case (byte)'J': _stack.Push((long)(int)_reader.ReadUInt32()); return true;
            case 0x8a: PushLong(); return true;
            case (byte)'G': _stack.Push(_reader.ReadBigEndianDouble()); return true;
            case (byte)'X' or (byte)'T': _stack.Push(_reader.ReadText(_reader.ReadUInt32())); return true;
            case 0x8c or (byte)'U': _stack.Push(_reader.ReadText(_reader.ReadByte())); return true;
            default: return false;
        }
    }

    void PushLong()
    {
        var (offset, count) = (_reader.Position, _reader.ReadByte());
        if (count > PickleLimits.LongBytes) throw _reader.Refuse($"a number of {count} bytes", offset);
        var value = new BigInteger(_reader.ReadBytes(count));
        if (value >= long.MinValue && value <= long.MaxValue) _stack.Push((long)value);
        else _stack.Push(value);
    }

    bool Memo(byte opcode, long offset)
    {
        switch (opcode)
        {
            case 0x80:
                var protocol = _reader.ReadByte();
                if (protocol is < 2 or > 5) throw _reader.Refuse($"pickle protocol {protocol} (2 to 5 are read)", offset);
                return true;
            case 0x95: _reader.BeginFrame(offset); return true;
            case (byte)'q': _stack.Memoize(_reader.ReadByte()); return true;
            case (byte)'r': _stack.Memoize(_reader.ReadUInt32()); return true;
            case 0x94: _stack.Memoize(); return true;
            case (byte)'h': _stack.Push(_stack.Recall(_reader.ReadByte())); return true;
            case (byte)'j': _stack.Push(_stack.Recall(_reader.ReadUInt32())); return true;
            case (byte)'(': _stack.Mark(); return true;
            default: return false;
        }
    }

    bool Container(byte opcode, long offset)
    {
        switch (opcode)
        {
            case (byte)'}': _stack.Push(new PickleDict()); return true;
            case (byte)']': _stack.Push(new PickleList()); return true;
            case (byte)')': _stack.Push(new PickleTuple([])); return true;
            case (byte)'t': _stack.Push(new PickleTuple(_stack.PopToMark())); return true;
            case 0x85 or 0x86 or 0x87: _stack.Push(new PickleTuple(_stack.Pop(opcode - 0x84))); return true;
            case (byte)'a': Append(_stack.Pop(1)); return true;
            case (byte)'e': Append(_stack.PopToMark()); return true;
            case (byte)'s': SetItems(_stack.Pop(2), offset); return true;
            case (byte)'u': SetItems(_stack.PopToMark(), offset); return true;
            default: return false;
        }
    }

    void Append(object?[] items) => _stack.Peek<PickleList>("a list").Items.AddRange(items);

    void SetItems(object?[] items, long offset)
    {
        var dictionary = _stack.Peek<PickleDict>("a dictionary");
        if (items.Length % 2 != 0) throw _reader.Refuse("a key without its value", offset);
        for (var i = 0; i < items.Length; i += 2) Constructors.Set(dictionary, items[i], items[i + 1], offset);
    }

    bool Call(byte opcode, long offset)
    {
        switch (opcode)
        {
            case (byte)'c':
                var module = _reader.ReadLine();
                _stack.Push(Global(module, _reader.ReadLine(), offset));
                return true;
            case 0x93:
                var name = _stack.Pop<string>("a global's name");
                _stack.Push(Global(_stack.Pop<string>("a global's module"), name, offset));
                return true;
            case (byte)'Q':
                _stack.Push(Constructors.Storage(_stack.Pop(), offset));
                return true;
            case (byte)'R' or 0x81:
                var arguments = _stack.Pop<PickleTuple>("a tuple of arguments");
                var global = _stack.Pop<PickleGlobal>("something to call");
                if (opcode == 0x81 && global.Kind is not (PickleGlobalKind.Parameter or PickleGlobalKind.OrderedDict))
                    throw _reader.Refuse($"a new object of {global.Name}", offset);
                _stack.Push(Constructors.Call(global, arguments.Items, offset));
                return true;
            case (byte)'b':
                var state = _stack.Pop();
                Constructors.SetState(_stack.Peek(), state, offset);
                return true;
            default:
                return false;
        }
    }

    PickleGlobal Global(string module, string name, long offset) => PickleGlobals.Find(module, name)
        ?? throw _reader.Refuse(
            $"the pickle asks for {FileText.Quote($"{module}.{name}")}, which no weights file needs,", offset);
}
