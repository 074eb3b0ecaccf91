//! The rules with their counters.

use super::{On, Rule};

/// What of a call a rule can ask about.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) on: On,
    pub(crate) prompt: Option<String>,
    pub(crate) model: Option<String>,
}

/// Rules, and how often each was met.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<Armed>);

#[derive(Debug)]
struct Armed {
    rule: Rule,
    skipped: u64,
    used: u64,
}

impl Script {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0.push(Armed { rule, skipped: 0, used: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn uses(&self) -> Vec<u64> {
        self.0.iter().map(|armed| armed.used).collect()
    }

    /// The rule for that call, which is used up by it a little. `percent` rolls 0 to 99.
    pub(crate) fn take(&mut self, call: &Call, percent: impl Fn() -> u8) -> Option<Rule> {
        let armed = self.0.iter_mut().find_map(|armed| armed.takes(call, &percent).then_some(armed))?;
        armed.used += 1;
        Some(armed.rule.clone())
    }
}

impl Armed {
    fn takes(&mut self, call: &Call, percent: impl Fn() -> u8) -> bool {
        let Self { rule, skipped, used } = self;
        let has = |wanted: &Option<String>, found: &Option<String>, matches: fn(&str, &str) -> bool| match wanted {
            Some(wanted) => found.as_deref().is_some_and(|found| matches(found, wanted)),
            None => true,
        };
        if rule.on != call.on
            || !has(&rule.prompt, &call.prompt, |prompt, part| prompt.contains(part))
            || !has(&rule.model, &call.model, |model, id| model == id)
        {
            return false;
        }
        if *skipped < rule.skip {
            *skipped += 1;
            return false;
        }
        (rule.always || *used < rule.times) && rule.chance.is_none_or(|chance| percent() < chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Effect;

    fn call(on: On, prompt: &str) -> Call {
        Call { on, prompt: Some(prompt.to_owned()), model: Some("m".to_owned()) }
    }

    fn script(rules: impl IntoIterator<Item = Rule>) -> Script {
        let mut script = Script::default();
        rules.into_iter().for_each(|rule| script.add(rule.then(Effect::Drop)));
        script
    }

    #[test]
    fn the_first_rule_that_matches_and_has_uses_left_is_taken() {
        let mut script = script([
            Rule::on(On::Result).always(),
            Rule::on(On::Submit).prompt("fox").skip(1).times(2),
            Rule::on(On::Submit).model("other").always(),
            Rule::on(On::Submit).model("m").times(1),
        ]);
        let mut taken = |prompt: &str| {
            let before = script.uses();
            script.take(&call(On::Submit, prompt), || 0)?;
            script.uses().iter().zip(before).position(|(now, before)| *now > before)
        };
        let rules: Vec<_> = ["a fox", "a hen", "a fox", "foxes", "a fox"].into_iter().map(&mut taken).collect();
        assert_eq!(rules, [Some(3), None, Some(1), Some(1), None]);
    }

    #[test]
    fn chance_spares_calls_without_using_the_rule_up() {
        let mut script = script([Rule::on(On::Submit).chance(30).times(1)]);
        assert!(script.take(&call(On::Submit, "a"), || 30).is_none());
        assert!(script.take(&call(On::Submit, "a"), || 29).is_some());
        assert!(script.take(&call(On::Submit, "a"), || 29).is_none());
    }

    #[test]
    fn a_rule_about_the_prompt_leaves_calls_without_one_alone() {
        let mut script = script([Rule::on(On::Balance).prompt("")]);
        assert!(script.take(&Call { on: On::Balance, prompt: None, model: None }, || 0).is_none());
    }
}
