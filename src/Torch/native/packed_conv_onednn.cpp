// The frozen convolution of CPU tensors on oneDNN, with weights packed once instead of at every call.
#include <map>
#include <mutex>
#include <tuple>

#include <oneapi/dnnl/dnnl.hpp>

#include "frozen_conv.h"

namespace stylefarm {
namespace {

using dnnl::memory;

dnnl::engine& cpu_engine() {
    static auto* engine = new dnnl::engine(dnnl::engine::kind::cpu, 0);
    return *engine;
}

memory::desc channels_last(memory::data_type type, int64_t n, int64_t c, int64_t h, int64_t w) {
    return {{n, c, h, w}, type, memory::format_tag::nhwc};
}

class PackedConv final : public FixedConv {
public:
    PackedConv(const at::Tensor& weight, const at::Tensor& bias)
        : type_(weight.scalar_type() == at::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32),
          dtype_(weight.scalar_type()),
          sizes_(weight.sizes().vec()),
          row_major_(weight),
          bias_(bias.defined() ? bias.to(at::kFloat).contiguous() : at::Tensor()) {}

    at::Tensor run(const at::Tensor& input, bool relu) override {
        const auto source = input.to(dtype_).contiguous(at::MemoryFormat::ChannelsLast);
        const auto n = source.size(0), h = source.size(2), w = source.size(3);
        auto output = at::empty({n, sizes_[0], h, w}, source.options().memory_format(at::MemoryFormat::ChannelsLast));
        const auto plan = plan_for(n, h, w, relu);

        dnnl::stream stream(cpu_engine());
        std::unordered_map<int, memory> arguments{
            {DNNL_ARG_SRC, memory(plan.description.src_desc(), cpu_engine(), source.data_ptr())},
            {DNNL_ARG_WEIGHTS, plan.weights},
            {DNNL_ARG_DST, memory(plan.description.dst_desc(), cpu_engine(), output.data_ptr())}};
        if (bias_.defined())
            arguments.emplace(DNNL_ARG_BIAS, memory(plan.description.bias_desc(), cpu_engine(), bias_.data_ptr()));
        plan.primitive.execute(stream, arguments);
        stream.wait();
        return output;
    }

    // Throws dnnl::error where oneDNN has no kernel for this type on this processor. Packs nothing: the first real shape decides the order.
    void probe() const { describe(1, 8, 8, false); }

private:
    // What it takes to run at one shape. Cheap to copy: the members are reference counted.
    struct Plan {
        dnnl::convolution_forward::primitive_desc description;
        dnnl::convolution_forward primitive;
        at::Tensor storage;
        memory weights;
    };

    using Shape = std::tuple<int64_t, int64_t, int64_t, bool>;
    static constexpr size_t plan_limit = 64;

    Plan plan_for(int64_t n, int64_t h, int64_t w, bool relu) {
        std::lock_guard<std::mutex> lock(mutex_);
        const Shape shape{n, h, w, relu};
        if (const auto found = plans_.find(shape); found != plans_.end()) return found->second;

        if (plans_.size() >= plan_limit) plans_.clear();
        const auto description = describe(n, h, w, relu);
        pack_needs_lock(description.weights_desc());
        Plan plan{description, dnnl::convolution_forward(description), storage_, weights_};
        plans_.emplace(shape, plan);
        return plan;
    }

    dnnl::convolution_forward::primitive_desc describe(int64_t n, int64_t h, int64_t w, bool relu) const {
        const auto out = sizes_[0], in = sizes_[1], kh = sizes_[2], kw = sizes_[3];
        const auto source = channels_last(type_, n, in, h, w), destination = channels_last(type_, n, out, h, w);
        const memory::desc weights({out, in, kh, kw}, type_, memory::format_tag::any);
        const memory::desc bias = bias_.defined() ? memory::desc({out}, memory::data_type::f32, memory::format_tag::a) : memory::desc();
        const memory::dims strides{1, 1}, padding{kh / 2, kw / 2};
        dnnl::primitive_attr attributes;
        if (relu) {
            dnnl::post_ops after;
#if DNNL_VERSION_MAJOR >= 3
            after.append_eltwise(dnnl::algorithm::eltwise_relu, 0.f, 0.f);
#else
            after.append_eltwise(1.f, dnnl::algorithm::eltwise_relu, 0.f, 0.f);
#endif
            attributes.set_post_ops(after);
        }
#if DNNL_VERSION_MAJOR >= 3
        return {cpu_engine(), dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, weights, bias, destination,
                strides, padding, padding, attributes};
#else
        const dnnl::convolution_forward::desc operation(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source,
                                                        weights, bias, destination, strides, padding, padding);
        return {operation, attributes, cpu_engine()};
#endif
    }

    // Puts the weights into the wanted order. Nearly all shapes want the same one, and a rendering at one scale always does, so only the
    // newest order is kept: two would double the network. A plan that is running holds on to its own.
    void pack_needs_lock(const memory::desc& wanted) {
        if (storage_.defined() && weights_.get_desc() == wanted) return;

        const memory::desc plain({sizes_[0], sizes_[1], sizes_[2], sizes_[3]}, type_, memory::format_tag::oihw);
        memory from = storage_.defined() ? weights_ : memory(plain, cpu_engine(), row_major_.data_ptr());
        const auto storage = at::empty({static_cast<int64_t>(wanted.get_size())}, at::kByte);
        memory to(wanted, cpu_engine(), storage.data_ptr());
        dnnl::stream stream(cpu_engine());
        dnnl::reorder(from, to).execute(stream, from, to);
        stream.wait();
        row_major_.reset();
        plans_.clear();
        storage_ = storage;
        weights_ = to;
    }

    memory::data_type type_;
    at::ScalarType dtype_;
    std::vector<int64_t> sizes_;
    at::Tensor row_major_, bias_;
    std::mutex mutex_;
    std::map<Shape, Plan> plans_;
    at::Tensor storage_;
    memory weights_;
};

}  // namespace

std::unique_ptr<FixedConv> make_packed_conv(const at::Tensor& weight, const at::Tensor& bias) {
    if (weight.scalar_type() != at::kFloat && weight.scalar_type() != at::kBFloat16) return nullptr;
    auto conv = std::make_unique<PackedConv>(weight, bias);
    try {
        conv->probe();
    } catch (const dnnl::error&) {
        return nullptr;
    }
    return conv;
}

}  // namespace stylefarm
