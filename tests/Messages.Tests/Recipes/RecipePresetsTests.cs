using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Tests.Recipes;

/// <summary>Every field of every preset, pinned as one line of canonical JSON against the table of the seeds.</summary>
public sealed class RecipePresetsTests
{
    const string FirstRelus = """{"relu1_1":0.2,"relu2_1":0.2,"relu3_1":0.2,"relu4_1":0.2,"relu5_1":0.2}""";

    public static TheoryData<string, string> Expected => new()
    {
        {
            "viblo-rmsprop",
            """
            {"clamp_after_step":false,"clamp_at_end":true,"clamp_before_step":true,"colour_profile":"ignore","content":{"conv2_2":1},"content_form":"mse",
            "content_weight":1,"gram":"chw","init":"content","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"rmsprop","lr":0.01,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"max","scales":null,"schedule":null,
            "size":"512x512","space":"rgb01","steps":700,"style":{"conv1_1":1,"conv1_2":1,"conv2_1":1,"conv2_2":1,"conv3_1":1},
            "style_form":"mse","style_weight":1000000,"tv_form":null,"tv_weight":0}
            """
        },
        {
            "d2l",
            """
            {"clamp_after_step":false,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"ignore","content":{"relu4_4":1},"content_form":"mse",
            "content_weight":1,"gram":"chw","init":"content","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"adam","lr":0.1,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"max","scales":null,
            "schedule":{"every":200,"gamma":0.8,"kind":"step"},"size":"450x300","space":"rgbnorm","steps":500,
            "style":{"conv5_1":1,"relu1_1":1,"relu2_1":1,"relu3_1":1,"relu4_1":1},"style_form":"mse","style_weight":10000,
            "tv_form":"half-mean-abs","tv_weight":10}
            """
        },
        {
            "keras-lbfgs",
            $$"""
            {"clamp_after_step":false,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"ignore","content":{"relu5_2":1},"content_form":"sum",
            "content_weight":0.025,"gram":"none","init":"content","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"lbfgs","lr":1,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"max","scales":null,"schedule":null,
            "size":"224x224","space":"bgr255","steps":10,"style":{{FirstRelus}},
            "style_form":"sum/(4*9*image^2)","style_weight":1,"tv_form":"sum-pow1.25","tv_weight":1}
            """
        },
        {
            "ng-course",
            $$"""
            {"clamp_after_step":false,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"ignore","content":{"relu4_2":1},"content_form":"sum/4HWC",
            "content_weight":10,"gram":"none","init":"noise-mix","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"adam-tf","lr":2,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"avg","scales":null,"schedule":null,
            "size":400,"space":"rgb255","steps":200,"style":{{FirstRelus}},
            "style_form":"sum/(4*C^2*HW^2)","style_weight":40,"tv_form":null,"tv_weight":0}
            """
        },
        {
            "tf-eager",
            $$"""
            {"clamp_after_step":true,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"ignore","content":{"relu5_2":1},"content_form":"mse",
            "content_weight":1000,"gram":"hw","init":"content","keep":"best","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.99,"beta2":0.999,"eps":0.1,"factr":10000000,"kind":"adam-tf","lr":5,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"max","scales":null,"schedule":null,
            "size":512,"space":"bgr255","steps":1000,"style":{{FirstRelus}},
            "style_form":"mse","style_weight":0.01,"tv_form":null,"tv_weight":0}
            """
        },
        {
            "classic",
            $$"""
            {"clamp_after_step":false,"clamp_at_end":true,"clamp_before_step":false,"colour_profile":"convert","content":{"relu4_2":1},"content_form":"sum",
            "content_weight":0.5,"gram":"none","init":"uniform","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"lbfgs","lr":1,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"avg","scales":null,"schedule":null,
            "size":512,"space":"bgr255","steps":25,"style":{{FirstRelus}},
            "style_form":"sum/(4*C^2*HW^2)","style_weight":1000,"tv_form":null,"tv_weight":0}
            """
        },
        {
            "stylefarm",
            """
            {"clamp_after_step":true,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"convert","content":{"relu2_1":1},"content_form":"relative",
            "content_weight":0.05,"gram":"chw","init":"content","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"adam","lr":0.05,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"avg",
            "scales":[{"lr":0.05,"size":96,"steps":120},{"lr":0.04,"size":192,"steps":80},{"lr":0.02,"size":384,"steps":60}],
            "schedule":null,"size":384,"space":"rgbnorm","steps":260,
            "style":{"relu1_1":0.3333333333333333,"relu2_1":0.3333333333333333,"relu3_1":0.3333333333333333},
            "style_form":"relative","style_weight":1,"tv_form":"mean-sq","tv_weight":0.015}
            """
        },
        {
            "stylefarm-deep",
            """
            {"clamp_after_step":true,"clamp_at_end":false,"clamp_before_step":false,"colour_profile":"convert","content":{"relu4_2":1},"content_form":"relative",
            "content_weight":0.1,"gram":"chw","init":"content","keep":"last","noise_amplitude":20,"noise_ratio":0.6,
            "optimizer":{"alpha":0.99,"beta1":0.9,"beta2":0.999,"eps":1E-08,"factr":10000000,"kind":"adam","lr":0.05,
            "maxfun":20,"maxls":20,"memory":10,"momentum":0,"pgtol":1E-05},"pooling":"avg",
            "scales":[{"lr":0.05,"size":96,"steps":120},{"lr":0.04,"size":192,"steps":80},{"lr":0.02,"size":384,"steps":60}],
            "schedule":null,"size":384,"space":"rgbnorm","steps":260,
            "style":{"relu1_1":0.2,"relu2_1":0.2,"relu3_1":0.2,"relu4_1":0.2,"relu5_1":0.2},
            "style_form":"relative","style_weight":1,"tv_form":"mean-sq","tv_weight":0.005}
            """
        },
    };

    [Theory, MemberData(nameof(Expected))]
    public void Preset_has_exactly_these_fields(string name, string json) =>
        Assert.Equal(json.ReplaceLineEndings(""), RecipePresets.Get(name).CanonicalJson());

    [Fact]
    public void Every_preset_is_pinned_valid_described_and_round_trips()
    {
        Assert.Equal(Expected.Count, RecipePresets.All.Length);
        foreach (var preset in RecipePresets.All)
        {
            RecipeValidator.Check(preset.Recipe);
            Assert.False(string.IsNullOrWhiteSpace(preset.Recipe.Description));
            Assert.False(string.IsNullOrWhiteSpace(preset.Source));
            Assert.Equal(preset.Recipe, RecipeJson.Parse(RecipeJson.Write(preset.Recipe)));
        }
    }

    [Fact]
    public void Get_UnknownName_NamesTheNearestAndTheList()
    {
        var error = Assert.Throws<StyleFarmException>(() => RecipePresets.Get("keras-lbgfs"));

        Assert.Equal(ErrorCode.BadUsage, error.Code);
        Assert.Equal("there is no recipe 'keras-lbgfs', expected one of stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, keras-lbfgs, ng-course, "
            + "tf-eager (did you mean 'keras-lbfgs'?)", error.Message);
    }
}
