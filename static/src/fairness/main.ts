// The page `/g/{game}/fairness`: it needs styles only.
import '../base/base.css';
import '../base/kit.css';
import './fairness.css';
