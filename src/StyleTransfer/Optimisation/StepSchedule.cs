using StyleFarm.Messages.Recipes;
namespace StyleFarm.StyleTransfer.Optimisation;
/// <summary>temp</summary>
public static class StepSchedule { 
/// <summary>temp</summary>
 public static double RateAt(double lr, ScheduleSpec? s, int step)=> s is null?lr: lr*Math.Pow(s.Gamma, step/s.Every); }
