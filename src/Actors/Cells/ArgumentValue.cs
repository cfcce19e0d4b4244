using System.Linq.Expressions;
using System.Reflection;

namespace StyleFarm.Actors;

/// <summary>The value of an argument in <c>() => new X(argument)</c>.</summary>
static class ArgumentValue
{
    public static object? Of(Expression expression) => TryRead(expression, out var value) ? value : Interpret(expression);

    // Constants, captured variables and their fields are nearly all arguments there are; compiling each would cost more than the actor.
    static bool TryRead(Expression expression, out object? value)
    {
        value = null;
        switch (expression)
        {
            case ConstantExpression constant:
                value = constant.Value;
                return true;
            case MemberExpression { Expression: null } statically:
                return TryRead(statically.Member, null, out value);
            case MemberExpression member when TryRead(member.Expression, out var owner) && owner is not null:
                return TryRead(member.Member, owner, out value);
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } cast when cast.Type.IsAssignableFrom(cast.Operand.Type):
                return TryRead(cast.Operand, out value);
            default:
                return false;
        }
    }

    static bool TryRead(MemberInfo member, object? owner, out object? value)
    {
        value = member switch
        {
            FieldInfo field => field.GetValue(owner),
            PropertyInfo property => property.GetValue(owner),
            _ => null,
        };
        return member is FieldInfo or PropertyInfo;
    }

    static object? Interpret(Expression expression) =>
        Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();
}
