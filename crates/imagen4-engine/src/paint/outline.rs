//! Closed curves through a few points, as distance fields: for silhouettes that no simple shape gives.

/// Turns corner points into a smooth closed curve (Catmull-Rom), four pieces to a corner.
pub(super) fn smooth_closed(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let n = points.len();
    let mut curve = Vec::with_capacity(n * 4);
    for i in 0..n {
        let [a, b, c, d] = [points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]];
        for k in 0..4 {
            let t = k as f32 * 0.25;
            let (t2, t3) = (t * t, t * t * t);
            let at = |j: usize| {
                0.5 * (2.0 * b[j]
                    + (c[j] - a[j]) * t
                    + (2.0 * a[j] - 5.0 * b[j] + 4.0 * c[j] - d[j]) * t2
                    + (3.0 * b[j] - a[j] - 3.0 * c[j] + d[j]) * t3)
            };
            curve.push([at(0), at(1)]);
        }
    }
    curve
}

/// Distance from `(x, y)` to a closed curve, negative inside.
pub(super) fn distance(curve: &[[f32; 2]], x: f32, y: f32) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    let mut a = curve[curve.len() - 1];
    for &b in curve {
        let (ex, ey) = (b[0] - a[0], b[1] - a[1]);
        let (px, py) = (x - a[0], y - a[1]);
        let t = ((px * ex + py * ey) / (ex * ex + ey * ey).max(1e-9)).clamp(0.0, 1.0);
        let (dx, dy) = (px - ex * t, py - ey * t);
        nearest = nearest.min(dx * dx + dy * dy);
        if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * ex {
            inside = !inside;
        }
        a = b;
    }
    let d = nearest.sqrt();
    if inside { -d } else { d }
}
