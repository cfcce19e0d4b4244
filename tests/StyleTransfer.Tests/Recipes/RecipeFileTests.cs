using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Recipes;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Recipes;

public sealed class RecipeFileTests
{
    const string Minimal = "content: {relu4_2: 1}\nstyle: {relu1_1: 1}\noptimizer: {kind: adam}\n";

    [Fact]
    public void ToYaml_EveryPreset_RoundTrips()
    {
        foreach (var preset in RecipePresets.All)
            Assert.Equal(preset.Recipe, RecipeFile.Parse(RecipeFile.ToYaml(preset.Recipe), preset.Name));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("two\nlines: # 'quoted' \"twice\" \\ ünï \u0001")]
    [InlineData("none of it")]
    [InlineData(" leading and  double blanks, long enough to be folded if it were not for those, which it is not, or so it should be")]
    [InlineData("long enough to be folded, with # signs, 'quotes', - dashes and: colons, which a folded text takes as they stand")]
    [InlineData("12")]
    public void ToYaml_AnyDescription_RoundTrips(string description)
    {
        var recipe = RecipePresets.Default with
        {
            Description = description,
            Init = Init.File("my files/ä: #1.png"),
            Schedule = new() { Every = 3, Gamma = 1e-9 },
        };

        Assert.Equal(recipe, RecipeFile.Parse(RecipeFile.ToYaml(recipe), "a.yaml"));
    }

    [Fact]
    public void ToYaml_Default_LooksLikeThis() => Assert.Equal(
        """
        description: >-
          StyleFarm's default, found by looking: losses relative to their targets, so that weights mean the
          same for any image, size or network; coarse to fine.
        space: rgbnorm                      # of the optimised image: rgb01, rgbnorm, bgr255, rgb255
        colour_profile: convert             # of the pictures: convert to sRGB, or ignore
        pooling: avg                        # max, avg
        content:                            # taps and weights: convB_I before its ReLU, reluB_I after it
          relu2_1: 1
        content_form: relative              # mse, sum, sum/4HWC, relative
        content_weight: 0.05
        style:                              # taps and weights
          relu1_1: 0.3333333333333333
          relu2_1: 0.3333333333333333
          relu3_1: 0.3333333333333333
        gram: chw                           # divisor of the Gram matrix: chw, hw, none
        style_form: relative                # mse, sum/(4*9*image^2), sum/(4*C^2*HW^2), relative
        style_weight: 1
        tv_form: mean-sq                    # none, half-mean-abs, sum-pow1.25, mean-sq
        tv_weight: 0.015
        optimizer:
          kind: adam                        # rmsprop, adam, adam-tf, lbfgs, sgd
          lr: 0.05                          # learning rate in the units of space; lbfgs has none
          alpha: 0.99                       # rmsprop: decay
          eps: 1.0e-08                      # rmsprop, adam, adam-tf
          beta1: 0.9                        # adam, adam-tf
          beta2: 0.999                      # adam, adam-tf
          momentum: 0                       # sgd
          memory: 10                        # lbfgs: pairs kept
          maxfun: 20                        # lbfgs: evaluations an outer iteration, tested after each inner one
          factr: 10000000                   # lbfgs: relative fall of the loss to stop at, in machine epsilons
          pgtol: 1.0e-05                    # lbfgs: largest gradient component to stop at
          maxls: 20                         # lbfgs: evaluations a line search
        schedule: none                      # none, or {kind: step, every: 200, gamma: 0.8}
        init: content                       # content, style, uniform, normal, noise-mix, file:PATH
        noise_ratio: 0.6                    # noise-mix: share of the noise
        noise_amplitude: 20                 # noise-mix: noise is uniform in +- this, in the units of space
        scales:                             # none, or coarse to fine: a list of {size, steps, lr}
          - {size: 96, steps: 120, lr: 0.05}
          - {size: 192, steps: 80, lr: 0.04}
          - {size: 384, steps: 60, lr: 0.02}
        clamp_before_step: false            # to the box of pixels 0 to 255
        clamp_after_step: true
        clamp_at_end: false
        keep: last                          # last, best
        steps: 260                          # for lbfgs: outer iterations; with scales, theirs count
        size: 384                           # long side in pixels, WIDTHxHEIGHT, original, or none: as the command says

        """, RecipeFile.ToYaml(RecipePresets.Default));

    [Fact]
    public void Parse_YamlNumbersAndWords_AreReadAsMeant()
    {
        var recipe = RecipeFile.Parse(
            """
            # my own
            base: d2l
            description: "1e4"
            style_weight: 1e4
            content_weight: 1.0e+3
            tv_weight: +.5
            tv_form: ~
            optimizer: {lr: 5.E-1}
            schedule: null
            size: 450x300
            clamp_at_end: True
            style: &taps
              relu1_1: 1
            content: *taps
            """, "mine.yml");

        var d2l = RecipePresets.Get("d2l");
        Assert.Equal(d2l with
        {
            Description = "1e4",
            StyleWeight = 1e4,
            ContentWeight = 1000,
            TvWeight = 0.5,
            TvForm = TvForm.None,
            Optimizer = d2l.Optimizer with { Lr = 0.5 },
            Schedule = null,
            ClampAtEnd = true,
            Style = [new("relu1_1", 1)],
            Content = [new("relu1_1", 1)],
        }, recipe);
    }

    [Fact]
    public void Load_PresetOrFile_GivesTheRecipe()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["a.yaml"], RecipeFile.ToYaml(RecipePresets.Get("tf-eager")));
        File.WriteAllText(folder["a.json"], RecipeJson.Write(RecipePresets.Get("tf-eager")));
        File.WriteAllText(folder["b.yaml"], "\ufeffbase: tf-eager\r\n");

        Assert.Equal(RecipePresets.Get("tf-eager"), RecipeFile.Load("tf-eager"));
        Assert.Equal(RecipePresets.Get("tf-eager"), RecipeFile.Load(folder["a.yaml"]));
        Assert.Equal(RecipePresets.Get("tf-eager"), RecipeFile.Load(folder["a.json"]));
        Assert.Equal(RecipePresets.Get("tf-eager"), RecipeFile.Load(folder["b.yaml"]));
    }

    [Theory]
    [InlineData(Minimal + "steps: 0\nlr: 1\n", "a.yaml: line 4: steps: found 0, expected a whole number of at least 1; "
        + "line 5: lr: unknown field (did you mean 'optimizer.lr'?)")]
    [InlineData(
        "base: d2l\noptimizer:\n  lr: '0.1'\nscales:\n  - size: 64\n", "a.yaml: line 3: optimizer.lr: found '0.1', expected a number "
        + "above 0; line 5: scales.0.steps: missing, expected a whole number of at least 1")]
    [InlineData("base: d2L\n", "a.yaml: line 1: base: found 'd2L', expected one of stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, keras-lbfgs, "
        + "ng-course, tf-eager (did you mean 'd2l'?)")]
    [InlineData("", "a.yaml: the file is empty; `stylefarm recipes NAME` prints a recipe to start from (stylefarm, stylefarm-deep, classic, "
        + "viblo-rmsprop, d2l, keras-lbfgs, ng-course, tf-eager)")]
    [InlineData("# nothing\n", "a.yaml: the file is empty; `stylefarm recipes NAME` prints a recipe to start from (stylefarm, stylefarm-deep, classic, "
        + "viblo-rmsprop, d2l, keras-lbfgs, ng-course, tf-eager)")]
    [InlineData("steps: 1\nsteps: 2\n", "a.yaml: line 2: 'steps' stands there twice")]
    [InlineData("steps: 1\n---\nsteps: 2\n", "a.yaml: line 2: a second document, expected one")]
    [InlineData("steps: !!python/object:os.system x\n",
        "a.yaml: line 1: the tag 'tag:yaml.org,2002:python/object:os.system' is not supported")]
    [InlineData("steps: !x 3\n", "a.yaml: line 1: the tag '!x' is not supported")]
    [InlineData("steps: *x\n", "a.yaml: line 1: there is no anchor '&x' before this")]
    [InlineData("a: &a\n  b: *a\n", "a.yaml: line 2: there is no anchor '&a' before this")]
    [InlineData("? [1]\n: 2\n", "a.yaml: line 1: a key that is no text")]
    public void Parse_BadYaml_NamesTheLine(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<StyleFarmException>(() => RecipeFile.Parse(yaml, "a.yaml")).Message);

    [Theory]
    [InlineData("steps: [1\n")]
    [InlineData("steps: 1\n  space: rgb01\n")]
    [InlineData("\u0000\u0001\u0002")]
    [InlineData("\tsteps: 1")]
    [InlineData("steps: \"unclosed")]
    [InlineData("%YAML 9.9\n---\n")]
    [InlineData("- - - : ? |\n }")]
    [InlineData("{{{{{")]
    public void Parse_NoYaml_IsOneLine(string yaml)
    {
        var error = Assert.Throws<StyleFarmException>(() => RecipeFile.Parse(yaml, "a.yaml"));

        Assert.StartsWith("a.yaml: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void Parse_Bombs_AreRefusedAtOnce()
    {
        var deep = new string('[', 100_000);
        var wide = "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + string.Concat("bcdefghi".Select((c, i) => $"{c}: &{c} [{string.Join(',', Enumerable.Repeat("*" + (char)(c - 1), 10))}]\n"));

        Assert.Equal("a.yaml: line 1: more than 16 maps and lists inside one another",
            Assert.Throws<StyleFarmException>(() => RecipeFile.Parse(deep, "a.yaml")).Message);
        Assert.Equal("a.yaml: line 5: more than 100000 values",
            Assert.Throws<StyleFarmException>(() => RecipeFile.Parse(wide, "a.yaml")).Message);
        Assert.StartsWith("a.json: line 1: not JSON: The maximum configured depth of 16 has been exceeded",
            Assert.Throws<StyleFarmException>(() => RecipeFile.Parse(deep, "a.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DamagedRecipes_FailOnlyAsTheyShould()
    {
        var good = RecipeFile.ToYaml(RecipePresets.Default);
        var random = new Random(20261121);
        for (var round = 0; round < 2000; round++)
        {
            var text = good.ToCharArray();
            for (var hits = random.Next(1, 6); hits > 0; hits--)
                text[random.Next(text.Length)] = "{}[]:,#&*!|>'\"%@`-? \n\tx0\u0000\u0085\ud800"[random.Next(27)];
            var cut = new string(text, 0, random.Next(4) == 0 ? random.Next(text.Length) : text.Length);
            try
            {
                RecipeFile.Parse(cut, "a.yaml");
            }
            catch (StyleFarmException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }
    }

    [Fact]
    public void Load_NoSuchThing_SaysWhatThereIs()
    {
        const string names = "stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, keras-lbfgs, ng-course, tf-eager";
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["big.yaml"], new byte[(1 << 20) + 1]);

        Assert.Equal($"there is no recipe 'stylefram', expected one of {names} (did you mean 'stylefarm'?)", Message("stylefram"));
        Assert.Equal($"no.yaml: no such file; give the path of a .yaml or .json recipe, or one of {names}", Message("no.yaml"));
        Assert.Equal($"{folder.Path}: a folder, expected a .yaml or .json recipe", Message(folder.Path));
        Assert.Equal($"{folder["big.yaml"]}: 1048577 bytes, expected a recipe of at most 1048576", Message(folder["big.yaml"]));

        static string Message(string name) => Assert.Throws<StyleFarmException>(() => RecipeFile.Load(name)).Message;
    }
}
