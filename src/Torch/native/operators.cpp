// Arithmetic, reductions, comparison and views. Each export is one libtorch call of the same name.
#include "bridge.h"

using namespace stylefarm;

#define UNARY(name, expression) \
    SF_EXPORT int32_t sf_##name(Handle a, Handle* out, char** error) { \
        return guard(error, [&] { *out = wrap(expression); }); \
    }

#define BINARY(name, expression) \
    SF_EXPORT int32_t sf_##name(Handle a, Handle b, Handle* out, char** error) { \
        return guard(error, [&] { *out = wrap(expression); }); \
    }

#define WITH_SCALAR(name, expression) \
    SF_EXPORT int32_t sf_##name(Handle a, double s, Handle* out, char** error) { \
        return guard(error, [&] { *out = wrap(expression); }); \
    }

#define IN_PLACE(name, expression) \
    SF_EXPORT int32_t sf_##name(Handle a, Handle b, char** error) { \
        return guard(error, [&] { expression; }); \
    }

#define IN_PLACE_SCALAR(name, expression) \
    SF_EXPORT int32_t sf_##name(Handle a, double s, char** error) { \
        return guard(error, [&] { expression; }); \
    }

BINARY(add, a->add(*b))
BINARY(sub, a->sub(*b))
BINARY(mul, a->mul(*b))
BINARY(div, a->div(*b))
BINARY(matmul, a->matmul(*b))
BINARY(bmm, a->bmm(*b))
BINARY(lt, a->lt(*b))
WITH_SCALAR(add_scalar, a->add(s))
WITH_SCALAR(mul_scalar, a->mul(s))
WITH_SCALAR(div_scalar, a->div(s))
WITH_SCALAR(pow_scalar, a->pow(s))
UNARY(square, a->square())
UNARY(sqrt, a->sqrt())
UNARY(abs, a->abs())
UNARY(isfinite, a->isfinite())
UNARY(sum_all, a->sum())
UNARY(mean_all, a->mean())
UNARY(max_all, a->max())
UNARY(min_all, a->min())
UNARY(all, a->all())

IN_PLACE_SCALAR(add_scalar_, a->add_(s))
IN_PLACE_SCALAR(mul_scalar_, a->mul_(s))
IN_PLACE_SCALAR(fill_, a->fill_(s))
IN_PLACE(mul_, a->mul_(*b))
IN_PLACE(div_, a->div_(*b))
UNARY(sqrt_, a->sqrt_())

// a += alpha * b
SF_EXPORT int32_t sf_add_(Handle a, Handle b, double alpha, char** error) {
    return guard(error, [&] { a->add_(*b, alpha); });
}

// a += value * b * c
SF_EXPORT int32_t sf_addcmul_(Handle a, Handle b, Handle c, double value, char** error) {
    return guard(error, [&] { a->addcmul_(*b, *c, value); });
}

// a += value * b / c
SF_EXPORT int32_t sf_addcdiv_(Handle a, Handle b, Handle c, double value, char** error) {
    return guard(error, [&] { a->addcdiv_(*b, *c, value); });
}

SF_EXPORT int32_t sf_clamp_(Handle a, Handle low, Handle high, char** error) {
    return guard(error, [&] { at::clamp_(*a, *low, *high); });
}

SF_EXPORT int32_t sf_where(Handle condition, Handle a, Handle b, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::where(*condition, *a, *b)); });
}

SF_EXPORT int32_t sf_sum_dims(Handle a, const int64_t* dimensions, int32_t count, int32_t keepdim, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->sum(dims(dimensions, count), keepdim != 0)); });
}

SF_EXPORT int32_t sf_mean_dims(Handle a, const int64_t* dimensions, int32_t count, int32_t keepdim, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->mean(dims(dimensions, count), keepdim != 0)); });
}

SF_EXPORT int32_t sf_std_all(Handle a, int32_t unbiased, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->std(unbiased != 0)); });
}

SF_EXPORT int32_t sf_reshape(Handle a, const int64_t* shape, int32_t rank, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->reshape(dims(shape, rank))); });
}

SF_EXPORT int32_t sf_expand(Handle a, const int64_t* shape, int32_t rank, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->expand(dims(shape, rank))); });
}

SF_EXPORT int32_t sf_permute(Handle a, const int64_t* order, int32_t rank, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->permute(dims(order, rank))); });
}

SF_EXPORT int32_t sf_flatten(Handle a, int64_t start, int64_t end, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->flatten(start, end)); });
}

SF_EXPORT int32_t sf_transpose(Handle a, int64_t first, int64_t second, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->transpose(first, second)); });
}

SF_EXPORT int32_t sf_narrow(Handle a, int64_t dimension, int64_t start, int64_t length, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->narrow(dimension, start, length)); });
}

SF_EXPORT int32_t sf_flip(Handle a, const int64_t* dimensions, int32_t count, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(a->flip(dims(dimensions, count))); });
}

static std::vector<at::Tensor> gather(const Handle* tensors, int32_t count) {
    std::vector<at::Tensor> list;
    list.reserve(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; ++i) list.push_back(*tensors[i]);
    return list;
}

SF_EXPORT int32_t sf_cat(const Handle* tensors, int32_t count, int64_t dimension, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::cat(gather(tensors, count), dimension)); });
}

SF_EXPORT int32_t sf_stack(const Handle* tensors, int32_t count, int64_t dimension, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::stack(gather(tensors, count), dimension)); });
}
