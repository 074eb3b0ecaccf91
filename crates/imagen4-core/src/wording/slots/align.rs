//! What an edit of a slot's text says about each of its pieces, which may stand apart in the prompt.

use super::parts::parts;

/// What is between the pieces of a slot in its text.
pub(super) const JOINT: &str = ", ";

/// The new text of each piece, after somebody changed the text of them all. Pieces that the change did not reach stay as
/// they are; where it reached several, and their parts can no longer be told apart, the first has the text of all.
pub(super) fn align(pieces: &[&str], new: &str) -> Vec<String> {
    let mut texts: Vec<String> = pieces.iter().copied().map(str::to_owned).collect();
    let old = pieces.join(JOINT);
    let (from, to) = changed(&old, new);
    let mut starts = Vec::with_capacity(pieces.len());
    let mut start = 0;
    for piece in pieces {
        starts.push(start);
        start += piece.len() + JOINT.len();
    }
    let reached = |at: usize| starts.partition_point(|start| *start <= at).saturating_sub(1);
    let (Some(first), Some(mut last)) = (pieces.first().map(|_| reached(from)), pieces.last().map(|_| reached(to)))
    else {
        return texts;
    };
    if to > starts[last] + pieces[last].len() {
        last += 1;
    }
    let tail = old.len() - starts[last] - pieces[last].len();
    let middle = &new[starts[first]..new.len() - tail];
    let found = parts(middle);
    let counts: Vec<usize> = pieces[first..=last].iter().map(|piece| parts(piece).len()).collect();
    if first == last || found.is_empty() || counts.iter().sum::<usize>() != found.len() {
        texts[first..=last].iter_mut().for_each(String::clear);
        middle.clone_into(&mut texts[first]);
        return texts;
    }
    let mut next = 0;
    for (text, count) in texts[first..=last].iter_mut().zip(counts) {
        let own = &found[next..next + count];
        next += count;
        *text = own.first().zip(own.last()).map_or("", |(first, last)| &middle[first.start..last.end]).to_owned();
    }
    texts
}

/// The part of `old` that is other in `new`: all before and after it is the same.
fn changed(old: &str, new: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let length = |(char, _): (char, char)| char.len_utf8();
    let after: usize = old.chars().rev().zip(new.chars().rev()).take_while(same).map(length).sum();
    let (head, new_head) = (&old[..old.len() - after], &new[..new.len() - after]);
    let before = head.chars().zip(new_head.chars()).take_while(same).map(length).sum();
    (before, head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_changes_the_pieces_that_it_reaches() {
        let of = |new| align(&["soft haze", "rim light", "dusk"], new);
        assert_eq!(of("soft haze, rim light, dusk"), ["soft haze", "rim light", "dusk"]);
        assert_eq!(of("soft haze, rim lights, dusk"), ["soft haze", "rim lights", "dusk"]);
        assert_eq!(of("soft haze, rim light, dusk, fog"), ["soft haze", "rim light", "dusk, fog"]);
        assert_eq!(of("haze, rim light, dawn"), ["haze", "rim light", "dawn"]);
        assert_eq!(of("soft haze, , dusk"), ["soft haze", "", "dusk"]);
        assert_eq!(of("soft haze, dusk"), ["soft haze", "", "dusk"]);
        assert_eq!(of("fog, dusk"), ["fog", "", "dusk"]);
        assert_eq!(of("fog"), ["fog", "", ""]);
        assert_eq!(of(""), ["", "", ""]);
        assert_eq!(of("soft haze, rim lightdusk"), ["soft haze", "rim lightdusk", ""]);
        assert_eq!(align(&[], "fog"), [""; 0]);
        assert_eq!(align(&["oil"], "oils"), ["oils"]);
    }
}
